"""The reminders that people asked for, and those that were sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.calendar.models import Consultation
from app.db import Base, Identified
from app.identity.models import Person
from app.phases import Phase


class Reminder(Identified, Base):
    """A person is reminded once of a close: again, of another, when its date is amended.

    `asked_at` is when they asked for it, if they did; `sent_for` the close it was last sent for.
    """

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("consultation_id", "phase", "person_id"),)

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    phase: Mapped[Phase]
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    asked_at: Mapped[datetime | None]
    sent_for: Mapped[datetime | None]
