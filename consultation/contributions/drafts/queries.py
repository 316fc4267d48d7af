"""Reads of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db import db
from consultation.contributions.models import Contribution, Status


def kept_by_author(consultation_id: UUID) -> dict[UUID, list[Contribution]]:
    """The drafts that wait in a consultation, by who keeps them, the latest touched first."""
    rows: Sequence[Contribution] = db.session.scalars(
        select(Contribution)
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.status == Status.DRAFT,
            Contribution.author_id.is_not(None),
        )
        .order_by(Contribution.updated_at.desc())
    ).all()
    kept: dict[UUID, list[Contribution]] = {}
    for draft in rows:
        assert draft.author_id is not None
        kept.setdefault(draft.author_id, []).append(draft)
    return kept
