"""What is public of a consultation, set and read without the acts that lead there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.calendar.models import Publication
from app.calendar.queries import fresh_calendar
from app.db import db
from app.phases import PublicationKind
from tests.support.by_hand import by_hand


def set_published(
    consultation_id: UUID, kind: PublicationKind, instant: datetime | None = None
) -> None:
    """Make something public by itself, or again at another instant; the caller commits."""
    at = instant or clock.now()
    made = db.session.scalar(
        insert(Publication)
        .values(consultation_id=consultation_id, kind=kind, published_at=at)
        .on_conflict_do_nothing(
            index_elements=[Publication.consultation_id, Publication.kind],
        )
        .returning(Publication.id)
    )
    if made is None:
        by_hand(update(Publication).where(*_of(consultation_id, kind)).values(published_at=at))


def set_unpublished(consultation_id: UUID, kind: PublicationKind) -> None:
    """Take back what was made public, at once."""
    by_hand(delete(Publication).where(*_of(consultation_id, kind)))


def _of(consultation_id: UUID, kind: PublicationKind) -> tuple[ColumnElement[bool], ...]:
    return Publication.consultation_id == consultation_id, Publication.kind == kind


def published_at(consultation_id: UUID, kind: PublicationKind) -> datetime | None:
    """When something became public, read again from the database."""
    return fresh_calendar(consultation_id).published_at(kind)
