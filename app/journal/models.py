"""Tables of the journal: events that are never changed, and the free texts they commit to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class JournalEvent(Base):
    """One act. `canonical` is the whole of it; the other columns are there to find it."""

    __tablename__ = "journal_event"
    __table_args__ = (
        UniqueConstraint("subject_id", "subject_version"),
        Index("ix_journal_event_consultation_id_recorded_at", "consultation_id", "recorded_at"),
        Index("ix_journal_event_recorded_at", "recorded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    consultation_id: Mapped[UUID | None]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    subject_version: Mapped[int]
    window_version: Mapped[int | None]
    batch_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)


class JournalText(Base):
    """A free text an event commits to, kept apart so that it can be erased and the log stay.

    Erased, its salt and its words are NULL: it is never written again.
    """

    __tablename__ = "journal_text"
    __table_args__ = (CheckConstraint("(salt IS NULL) = (text IS NULL)", name="erased_whole"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey(JournalEvent.id), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    text: Mapped[str | None]
