"""Laureate services, each drawn from one original contribution."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calendar.models import Consultation
from app.db import Base, Identified
from app.identity.models import Person
from app.territories.models import Territory
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal


class Service(Identified, Base):
    """A service the committee chose to build or deploy: public once the laureates are published.

    Its carrier is a territory or another organisation, never both. Amounts are in cents; the
    State's share is committed against the envelope under the service's own id.
    """

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint(
            "(carrier_territory_id IS NULL) <> (carrier_organisation = '')", name="one_carrier"
        ),
        CheckConstraint("state_cents > 0 AND state_cents <= total_cents", name="share_of_the_cost"),
        Index("ix_service_search", "search", postgresql_using="gin"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    number: Mapped[int]
    name: Mapped[str]
    description: Mapped[str]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey(Contribution.id), unique=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey(Proposal.id), index=True)
    carrier_territory_id: Mapped[UUID | None] = mapped_column(ForeignKey(Territory.id), index=True)
    carrier_organisation: Mapped[str] = mapped_column(default="")
    total_cents: Mapped[int]
    state_cents: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    chosen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    chosen_at: Mapped[datetime]
    revised_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(french_vector(name), 'A') || "
            "setweight(french_vector(carrier_organisation), 'B') || "
            "setweight(french_vector(description), 'C')",
            persisted=True,
        ),
        deferred=True,
    )

    contribution: Mapped[Contribution] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")
    carrier_territory: Mapped[Territory | None] = relationship(lazy="raise")

    @property
    def carrier(self) -> str:
        """Who carries it, by name; needs `carrier_territory` loaded."""
        return self.carrier_territory.name if self.carrier_territory else self.carrier_organisation
