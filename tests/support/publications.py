"""What is public of a consultation, set and read without the acts that lead there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.calendar.models import Publication
from app.calendar.queries import fresh_calendar
from app.db import db
from app.phases import PublicationKind


def set_published(
    consultation_id: UUID, kind: PublicationKind, instant: datetime | None = None
) -> None:
    """Make something public by itself, or again at another instant; the caller commits."""
    at = instant or clock.now()
    db.session.execute(
        insert(Publication)
        .values(consultation_id=consultation_id, kind=kind, published_at=at)
        .on_conflict_do_update(
            index_elements=[Publication.consultation_id, Publication.kind],
            set_={"published_at": at},
        )
    )


def set_unpublished(consultation_id: UUID, kind: PublicationKind) -> None:
    """Take back what was made public; the caller commits."""
    db.session.execute(
        delete(Publication).where(
            Publication.consultation_id == consultation_id, Publication.kind == kind
        )
    )


def published_at(consultation_id: UUID, kind: PublicationKind) -> datetime | None:
    """When something became public, read again from the database."""
    return fresh_calendar(consultation_id).published_at(kind)
