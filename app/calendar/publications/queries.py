"""Reads of what is published, and the lock under which it is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.calendar.models import Publication
from app.db import advisory_lock
from app.phases import PublicationKind


def is_published(
    kind: PublicationKind, consultation_id: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """For a statement: whether the consultation a column names has made something public."""
    return (
        select(Publication.id)
        .where(Publication.consultation_id == consultation_id, Publication.kind == kind)
        .correlate_except(Publication)
        .exists()
    )


def lock_publications(consultation_id: UUID, *, alone: bool = False) -> None:
    """Keep every publication of a consultation away until the transaction ends.

    Whatever changes what is prepared shares this lock with the others; a publication takes it
    `alone`, so that nothing changes while it counts.
    """
    advisory_lock(consultation_id, shared=not alone)
