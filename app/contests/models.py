"""Contests of rights, and who contests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.rights.models import Right
from app.calendar.models import Consultation
from app.contests.rules import Voice
from app.db import Base, Identified
from app.identity.models import Person


class Contest(Identified, Base):
    """A right is contested until a moderator upholds or ends it.

    Whether it is suspended meanwhile is said by its own `contested_at`. The person contested may
    `reply`. Once it is ended, its acts are judged, until what remains is left in place (`left_at`).
    """

    __tablename__ = "contest"
    __table_args__ = (
        Index(
            "uq_contest_waiting",
            "right_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    right_id: Mapped[UUID] = mapped_column(ForeignKey(Right.id))
    contested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    upheld: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    left_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))

    right: Mapped[Right] = relationship(lazy="raise")
    objections: Mapped[list[Objection]] = relationship(
        order_by="Objection.made_at", lazy="raise", viewonly=True
    )
    judgements: Mapped[list[Judgement]] = relationship(
        order_by="Judgement.judged_at", lazy="raise", viewonly=True
    )


class Objection(Identified, Base):
    """Someone says why they contest; once in each quality. A mailbox is nobody in particular."""

    __tablename__ = "contest_objection"
    __table_args__ = (
        UniqueConstraint("contest_id", "voice", "person_id", postgresql_nulls_not_distinct=True),
    )

    contest_id: Mapped[UUID] = mapped_column(ForeignKey(Contest.id))
    voice: Mapped[Voice]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    reason: Mapped[str]
    made_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship(lazy="raise")


class Judgement(Identified, Base):
    """An act of a right that ended as contested is annulled, or what it withdrew restored."""

    __tablename__ = "contest_judgement"

    contest_id: Mapped[UUID] = mapped_column(ForeignKey(Contest.id), index=True)
    subject_type: Mapped[str]
    restored: Mapped[bool]
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    number: Mapped[int]
    title: Mapped[str]
    reason: Mapped[str]
    judged_at: Mapped[datetime]
    judged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))

    consultation: Mapped[Consultation] = relationship(lazy="raise")
