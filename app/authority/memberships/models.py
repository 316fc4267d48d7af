"""People belong to territories."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app.authority.mailboxes.rules import Proof
from app.authority.memberships.rules import Path
from app.authority.rights.models import Right, RightKind, TerritoryId
from app.errors import N_
from app.gate.actors import Level
from app.identity.models import Person


class Capacity(StrEnum):
    """In what capacity a person belongs to a territory."""

    ELECTED = "elected"
    AGENT = "agent"

    @property
    def label(self) -> str:
        return N_("Élu ou élue") if self is Capacity.ELECTED else N_("Agent ou agente")


class Membership(Right):
    """A person belongs to a territory: asked for, then recognised on proof or refused.

    A current one is granted, not contested, not ended and not expired. `wanted` is the level
    asked for that is not obtained yet, `awaits` what it waits for. What a moderator proposes waits
    in the `proposed` columns for another one to confirm. `resume` is the page of this site
    where the person was when they asked, to which they are led back.
    """

    __tablename__ = "membership"
    __table_args__ = (
        # What has ended wants nothing any more.
        Index("ix_membership_waiting", "requested_at", postgresql_where=text("wanted IS NOT NULL")),
        CheckConstraint("NOT referent OR level >= 2", name="referent_may_commit"),
        CheckConstraint("(wanted IS NULL) = (awaits IS NULL)", name="wanted_awaits"),
    )

    __mapper_args__ = {"polymorphic_identity": RightKind.MEMBERSHIP}

    if TYPE_CHECKING:
        # A right may be nobody's own; a membership never is.
        person_id: Mapped[UUID]

    id: Mapped[UUID] = mapped_column(ForeignKey(Right.id), primary_key=True)
    capacity: Mapped[Capacity]
    level: Mapped[int] = mapped_column(default=int(Level.MEMBER))
    referent: Mapped[bool] = mapped_column(default=False)
    path: Mapped[Path | None]
    requested_at: Mapped[datetime]
    wanted: Mapped[int | None]
    awaits: Mapped[Proof | None]
    proposed_level: Mapped[int | None]
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None]
    resume: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(foreign_keys=Right.person_id, lazy="raise")

    def is_current(self, instant: datetime) -> bool:
        """Whether it gives its level at an instant."""
        return (
            self.given_at is not None
            and self.ended_at is None
            and self.contested_at is None
            and (self.expires_at is None or instant < self.expires_at)
        )

    @property
    def can_be_contested(self) -> bool:
        """Whether it was recognised, or asks to be still."""
        return self.given_at is not None or not self.is_over

    @property
    def people(self) -> list[Person]:
        """Its person; needs them loaded."""
        return [self.person]

    @property
    def concerned(self) -> set[UUID]:
        return {self.person_id}

    @classmethod
    def acted_by(
        cls,
        person_id: UUID | None,
        territory_id: TerritoryId,
        _instant: datetime,
    ) -> ColumnElement[bool]:
        """Whether someone was ever recognised in a territory, suspended or not."""
        own = aliased(Membership, flat=True)
        given = select(own.id).where(
            own.person_id == person_id, own.territory_id == territory_id, own.given_at.is_not(None)
        )
        return given.exists()
