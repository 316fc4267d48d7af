"""What helpers prepare, and what becomes of it, for tests."""

from __future__ import annotations

from app.authority.mandates.ends.operations import revoke_mandate
from app.authority.mandates.models import Mandate
from app.calendar.models import Consultation
from app.db import db, transaction
from app.identity.models import Person
from app.territories.models import Territory
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Contribution
from consultation.contributions.rules import Content, version_of
from tests.support import factories as make
from tests.support.contributions import TEXT, read
from tests.support.mandates import referent_for, reread


def prepare(
    consultation: Consultation, who: Person, where: Territory | None, content: Content = TEXT
) -> Contribution:
    """Keep a draft for a territory."""
    with transaction():
        kept = drafts.save_draft(
            consultation, content=content, on_behalf_of=where, ctx=make.acting(who, consultation)
        )
    return read(kept)


def rewrite(
    kept: Contribution, who: Person, where: Territory | None, content: Content
) -> Contribution:
    """Write over a draft, having just read it."""
    consultation = db.session.get_one(Consultation, kept.consultation_id)
    ctx = make.acting(who, consultation)
    kept = read(kept)
    with transaction():
        drafts.rewrite_draft(
            kept, content=content, on_behalf_of=where, seen=version_of(kept), ctx=ctx
        )
    return read(kept)


def deposit(
    kept: Contribution, who: Person, where: Territory | None, content: Content = TEXT
) -> Contribution:
    """Deposit a draft, having just read it."""
    consultation = db.session.get_one(Consultation, kept.consultation_id)
    ctx = make.acting(who, consultation)
    kept = read(kept)
    with transaction():
        drafts.submit_draft(
            kept, content=content, on_behalf_of=where, seen=version_of(kept), ctx=ctx
        )
    return read(kept)


def discard(kept: Contribution, who: Person) -> None:
    """Throw a draft away, having just read it."""
    ctx = make.acting(who, db.session.get_one(Consultation, kept.consultation_id))
    kept = read(kept)
    with transaction():
        drafts.discard_draft(kept, seen=version_of(kept), ctx=ctx)


def revoke(mandate: Mandate, territory: Territory) -> None:
    """A referent of the territory ends a mandate."""
    with transaction():
        revoke_mandate(reread(mandate), ctx=make.acting(referent_for(territory)))
