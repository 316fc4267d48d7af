"""People belong to territories."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mailboxes.rules import Proof
from app.authority.memberships.rules import Path
from app.db import Base, Identified
from app.errors import N_
from app.gate import Level
from app.identity.models import Person
from app.territories.models import Territory


class Capacity(StrEnum):
    """In what capacity a person belongs to a territory."""

    ELECTED = "elected"
    AGENT = "agent"

    @property
    def label(self) -> str:
        return N_("Élu ou élue") if self is Capacity.ELECTED else N_("Agent ou agente")


class Membership(Identified, Base):
    """A person belongs to a territory: asked for, then recognised on proof or refused.

    One that stands is granted, not contested, not ended and not expired. `wanted` is the level
    asked for that is not obtained yet, `awaits` what it waits for. What a moderator proposes waits
    in the `proposed` columns for another one to confirm.
    """

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_standing",
            "person_id",
            "territory_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_membership_waiting",
            "requested_at",
            postgresql_where=text("wanted IS NOT NULL AND ended_at IS NULL"),
        ),
        CheckConstraint("NOT referent OR level >= 2", name="referent_may_commit"),
        CheckConstraint("(wanted IS NULL) = (awaits IS NULL)", name="wanted_awaits"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    capacity: Mapped[Capacity]
    level: Mapped[int] = mapped_column(default=int(Level.MEMBER))
    referent: Mapped[bool] = mapped_column(default=False)
    path: Mapped[Path | None]
    requested_at: Mapped[datetime]
    wanted: Mapped[int | None]
    awaits: Mapped[Proof | None]
    proposed_level: Mapped[int | None]
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None]
    contested_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    ending: Mapped[str] = mapped_column(default="")

    territory: Mapped[Territory] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="raise")

    def stands(self, instant: datetime) -> bool:
        """Whether it gives its level at an instant."""
        return (
            self.granted_at is not None
            and self.ended_at is None
            and self.contested_at is None
            and (self.expires_at is None or instant < self.expires_at)
        )
