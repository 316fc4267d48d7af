"""The part a territory takes in a selected proposal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate, by_mandate
from app.authority.rights.acts.models import Act
from app.db import Base, Identified
from app.errors import N_
from app.gate.verb import Effect
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
    territory acts. Who took it or left it, and by which right, its acts say; `mandate` is the one
    it was taken by, if any.
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
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = by_mandate(
        lambda: Participation.id, Act.effect == Effect.GIVES
    )
