"""The support of a collectivity to a proposal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.identity.models import Person
from app.territories.mandates.models import Mandate
from app.territories.models import Territory
from consultation.proposals.models import Proposal


class Support(Identified, Base):
    """At most one row per collectivity and proposal, whoever of the collectivity acts.

    It stands while `withdrawn_at` is empty; given again, the same row stands again. `mandate_id`
    names the mandate it was given by, if any.
    """

    __tablename__ = "support"
    __table_args__ = (UniqueConstraint("proposal_id", "territory_id"),)

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey(Proposal.id))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    given_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = relationship(lazy="raise")
