"""The part a territory takes in a selected proposal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate
from app.db import Base, Identified
from app.errors import N_
from app.identity.models import Person
from app.territories.models import Territory
from consultation.proposals.models import Proposal


class Part(StrEnum):
    """What a territory takes on: to experiment first, or to think with the others."""

    REFERENT = "referent"
    WORKING_GROUP = "working_group"

    @property
    def label(self) -> str:
        return _PARTS[self]


_PARTS = {
    Part.REFERENT: N_("Territoire référent"),
    Part.WORKING_GROUP: N_("Membre du groupe de travail"),
}


class Participation(Identified, Base):
    """A part as it was taken, once; taken up again, or exchanged for the other, it is another row.

    It is current while `left_at` is empty: one at most per territory and proposal, whoever of the
    territory acts. `mandate_id` names the mandate it was taken by, `leave_mandate_id` the one it
    was left by, if any. One that was annulled was left by nobody.
    """

    __tablename__ = "participation"
    __table_args__ = (
        Index(
            "uq_participation_standing",
            "proposal_id",
            "territory_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey(Proposal.id))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    part: Mapped[Part]
    joined_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    leave_mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id))

    territory: Mapped[Territory] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = relationship(foreign_keys=mandate_id, lazy="raise")
