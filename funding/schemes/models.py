"""Neighbouring schemes: data, never constants."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.calendar.models import Consultation
from app.db import Base, Identified


class Scheme(Identified, Base):
    """A funding scheme outside the consultation, and whom to turn to."""

    __tablename__ = "scheme"
    __table_args__ = (UniqueConstraint("consultation_id", "slug"),)

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
