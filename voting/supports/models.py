"""The support of a collectivity to a proposal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate
from app.db import Base, Identified
from app.identity.models import Person
from app.territories.models import Territory
from consultation.proposals.models import Proposal


class Support(Identified, Base):
    """A support as it was given, once; given again after a withdrawal, it is another row.

    It is current while `withdrawn_at` is empty: one at most per collectivity and proposal, whoever
    of the collectivity acts. `mandate_id` names the mandate it was given by, if any,
    `withdrawal_mandate_id` the one it was withdrawn by. An annulled one was withdrawn by nobody.
    """

    __tablename__ = "support"
    __table_args__ = (
        Index(
            "uq_support_standing",
            "proposal_id",
            "territory_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey(Proposal.id))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    given_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    withdrawal_mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id))

    territory: Mapped[Territory] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = relationship(foreign_keys=mandate_id, lazy="raise")
