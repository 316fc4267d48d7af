"""The one outcome of each contribution."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Sequence
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.errors import N_
from app.identity.models import Person
from consultation.contributions.models import Contribution
from funding.schemes.models import Scheme


class Decision(StrEnum):
    GROUPED = "grouped"
    REORIENTED = "reoriented"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Decision.GROUPED: N_("Regroupée"),
    Decision.REORIENTED: N_("Réorientée"),
    Decision.REJECTED: N_("Écartée"),
}


# A decision undone then taken again never has a version that was read before.
VERSIONS = Sequence("outcome_version_seq", metadata=Base.metadata)


class Outcome(Base):
    """What was decided of a contribution: one row at most, by its primary key.

    What is decided at once of several contributions is one version for all.
    The proposals a grouped contribution joined are in `proposal_contribution`.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint(
            "(decision = 'reoriented') = (scheme_id IS NOT NULL)", name="scheme_if_reoriented"
        ),
        CheckConstraint("decision = 'grouped' OR reason <> ''", name="reason_unless_grouped"),
    )

    contribution_id: Mapped[UUID] = mapped_column(ForeignKey(Contribution.id), primary_key=True)
    decision: Mapped[Decision]
    scheme_id: Mapped[UUID | None] = mapped_column(ForeignKey(Scheme.id))
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(VERSIONS)

    scheme: Mapped[Scheme | None] = relationship(lazy="raise")
    contribution: Mapped[Contribution] = relationship(lazy="raise")
