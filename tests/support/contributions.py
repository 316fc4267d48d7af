"""What contributors do, for tests: one line each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.calendar.models import Consultation
from app.db import db, transaction
from app.identity.models import Person
from app.journal.models import JournalEvent
from consultation.contributions import operations
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.queries import kept_contribution
from consultation.contributions.rules import Content
from tests.support import factories as make

TEXT = Content("need", "Prévenir des coupures d’eau", None, "les abonnés", "Un message suffirait.")


def read(contribution: Contribution) -> Contribution:
    """As another request reads it."""
    found = kept_contribution(contribution.consultation_id, contribution.id)
    assert found is not None
    return found


def submit(
    consultation: Consultation, who: Person, code: str = "22113", **changed: Any
) -> Contribution:
    """Deposit a whole contribution for a commune one belongs to, Lannion by default."""
    words: dict[str, Any] = {
        "kind": Kind.NEED,
        "title": TEXT.title,
        "theme": make.theme(consultation),
        "beneficiaries": TEXT.beneficiaries,
        "description": TEXT.description,
        "on_behalf_of": make.territory(code),
    }
    with transaction():
        deposited = operations.submit_contribution(
            consultation, **{**words, **changed}, ctx=make.acting(who, consultation)
        )
    return read(deposited)


def draft(consultation: Consultation, who: Person, content: Content = TEXT) -> Contribution:
    """Keep a draft."""
    with transaction():
        kept = drafts.save_draft(
            consultation, content=content, on_behalf_of=None, ctx=make.acting(who, consultation)
        )
    return read(kept)


def events(contribution: Contribution) -> list[str]:
    """The types of the journal's events about a contribution, in order."""
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_id == contribution.id)
            .order_by(JournalEvent.subject_version)
        )
    )
