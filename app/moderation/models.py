"""Texts hidden by moderators, and those that anyone signals to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.calendar.models import Consultation
from app.db import Base, Identified
from app.identity.models import Person
from app.moderation.rules import NOTE_LENGTH, Reason


class Hiding(Identified, Base):
    """A text that moderators hid, from `hidden_at` until it is shown again at `ended_at`.

    Its author may say why they contest it, once; the moderators' `answer` then maintains it, or the
    text is shown again and `ending` says why.
    """

    __tablename__ = "hiding"
    __table_args__ = (
        Index(
            "uq_hiding_current",
            "subject_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint(f"char_length(note) <= {NOTE_LENGTH}", name="note_length"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id), index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    reason: Mapped[Reason]
    note: Mapped[str]
    hidden_at: Mapped[datetime]
    hidden_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    contested_at: Mapped[datetime | None]
    contest: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    answer: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    ending: Mapped[str] = mapped_column(default="")


class Signal(Identified, Base):
    """Someone tells the moderators of a text; nobody in particular when not signed in.

    It is settled once the text is hidden, or kept as it is.
    """

    __tablename__ = "signal"
    __table_args__ = (
        Index("ix_signal_waiting", "consultation_id", postgresql_where=text("settled_at IS NULL")),
        Index(
            "uq_signal_of_a_person",
            "subject_id",
            "person_id",
            unique=True,
            postgresql_where=text("settled_at IS NULL"),
        ),
        CheckConstraint(f"char_length(note) <= {NOTE_LENGTH}", name="note_length"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    reason: Mapped[Reason]
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    signalled_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
