"""Reads of the envelope."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.db import db
from funding.envelope.models import Envelope


def envelope_of(consultation_id: UUID) -> Envelope | None:
    """The envelope of a consultation, once it is set."""
    return db.session.scalar(select(Envelope).where(Envelope.consultation_id == consultation_id))
