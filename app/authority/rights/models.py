"""The right to act for a territory, which a membership or a mandate completes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, SQLColumnExpression, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.identity.models import Person
from app.territories.models import Territory

# One that is known, or a column of the statement.
TerritoryId = UUID | SQLColumnExpression[UUID]


class RightKind(StrEnum):
    """What a right is completed by."""

    MEMBERSHIP = "membership"
    MANDATE = "mandate"


class Right(Identified, Base):
    """What one acts for a territory by: given, perhaps contested, one day ended.

    `person_id` is whose it is; a mandate is nobody's own, and names its persons. Nothing is given
    until `given_at`, nor while `contested_at` is set, nor from `ended_at` on. `ended_by` says by
    whom (person, referent, mailbox, moderator or territory), `ending` why. It is `disputed` from
    its first contest on, unless every contest of it was dismissed.
    """

    __tablename__ = "acting_right"
    __table_args__: Any = (
        Index(
            "uq_acting_right_current",
            "person_id",
            "territory_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND person_id IS NOT NULL"),
        ),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}

    kind: Mapped[RightKind]
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    given_at: Mapped[datetime | None]
    contested_at: Mapped[datetime | None]
    disputed: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    ending: Mapped[str] = mapped_column(default="")

    territory: Mapped[Territory] = relationship(lazy="raise")

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def can_be_contested(self) -> bool:
        """Whether there is a right to contest: neither a refusal nor a text nobody signed."""
        return self.given_at is not None

    @property
    def scope(self) -> UUID | None:
        """The one consultation it holds in; None when it holds in every one."""
        return None

    @property
    def via(self) -> str:
        """The helper structure one acts through, empty in one's own right."""
        return ""

    @property
    def people(self) -> Sequence[Person]:
        """Those who act by it; needs them loaded."""
        raise NotImplementedError

    @property
    def concerned(self) -> set[UUID]:
        """Whose affair it is, who may neither contest nor judge it; needs its people loaded."""
        raise NotImplementedError

    @classmethod
    def acted_by(
        cls,
        person_id: UUID | None,
        territory_id: TerritoryId,
        instant: datetime,
    ) -> ColumnElement[bool]:
        """Whether someone acts, or acted, for a territory by a right of this kind."""
        raise NotImplementedError
