"""Contests of memberships by the official mailbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.identity.models import Person
from app.territories.memberships.models import Membership


class Contest(Identified, Base):
    """A membership is contested: suspended at once, until a moderator upholds it or ends it."""

    __tablename__ = "membership_contest"
    __table_args__ = (
        Index(
            "uq_membership_contest_standing",
            "membership_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    membership_id: Mapped[UUID] = mapped_column(ForeignKey(Membership.id))
    reason: Mapped[str]
    contested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    upheld: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(default="")

    membership: Mapped[Membership] = relationship(lazy="raise")
