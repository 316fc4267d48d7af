"""The support of a collectivity to a proposal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate, by_mandate
from app.authority.rights.acts.models import Act
from app.db import Base, Identified
from app.gate.verb import Effect
from app.territories.models import Territory
from consultation.proposals.models import Proposal


class Support(Identified, Base):
    """A support as it was given, once; given again after a withdrawal, it is another row.

    It is current while `withdrawn_at` is empty: one at most per collectivity and proposal, whoever
    of the collectivity acts. Who gave or withdrew it, and by which right, its acts say; `mandate`
    is the one it was given by, if any.
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
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = by_mandate(lambda: Support.id, Act.effect == Effect.GIVES)
