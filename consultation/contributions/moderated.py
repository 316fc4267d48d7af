"""Contributions as moderators read and hide them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import N_
from app.identity.models import Person
from app.moderation.moderated import Moderated, Text
from consultation.contributions.models import Contribution, Status
from consultation.contributions.queries import whole


def deposited(consultation_id: UUID, ids: Collection[UUID]) -> Sequence[Contribution]:
    """These contributions, deposited or withdrawn, with all that moderators read of them."""
    return db.session.scalars(
        select(Contribution)
        .options(*whole(), joinedload(Contribution.author).load_only(Person.email))
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.id.in_(ids),
            Contribution.number.is_not(None),
        )
    ).all()


def text_of(contribution: Contribution) -> Text:
    """A contribution as moderators read it."""
    assert contribution.number is not None
    author = contribution.author
    return Text(
        id=contribution.id,
        consultation_id=contribution.consultation_id,
        number=contribution.number,
        title=contribution.title,
        says=[
            (_("Description"), contribution.description),
            (_("Bénéficiaires"), contribution.beneficiaries),
        ],
        public=contribution.status is Status.SUBMITTED,
        hidden_at=contribution.hidden_at,
        changed_at=contribution.updated_at,
        authored=contribution,
        addresses=[author.email] if author and author.email else [],
    )


def lock(contribution: Contribution) -> None:
    """Lock a contribution until the transaction ends, and read whether it is public, and hidden."""
    db.session.refresh(contribution, attribute_names=["status", "hidden_at"], with_for_update=True)


def set_hidden(contribution: Contribution, at: datetime | None) -> None:
    """Hide a contribution, or show it again (None); it counts all the same."""
    contribution.hidden_at = at


MODERATED_CONTRIBUTIONS = Moderated(
    subject_type="contribution",
    label=N_("Contribution n° %(number)d"),
    page="contributions.page",
    read=deposited,
    lock=lock,
    text=text_of,
    set_hidden=set_hidden,
)
