"""Proposals, and the contributions each gathers: grouping is not merging."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calendar.models import Consultation, Theme
from app.db import Base, Identified
from app.errors import N_
from consultation.contributions.models import Contribution

TITLE_LENGTH = 160
SUMMARY_LENGTH = 2_000


class Stage(StrEnum):
    """How far a proposal has come; the committee carries it further."""

    WRITTEN = "written"
    PUBLISHED = "published"
    SELECTED = "selected"
    DEFERRED = "deferred"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return _STAGES[self]


# What the committee may decide of a proposal: the stage it takes once the decisions are published.
DECISIONS = (Stage.SELECTED, Stage.DEFERRED, Stage.DECLINED)

_STAGES = {
    Stage.WRITTEN: N_("En rédaction"),
    Stage.PUBLISHED: N_("Publiée"),
    Stage.SELECTED: N_("Retenue"),
    Stage.DEFERRED: N_("Différée"),
    Stage.DECLINED: N_("Non retenue"),
}


class Maturity(IntEnum):
    """How far along a proposal is: from a bare need to a service proven in several territories."""

    NEED = 1
    SKETCHED = 2
    TRIED = 3
    IN_USE = 4
    PROVEN = 5

    @property
    def label(self) -> str:
        return _MATURITIES[self]


_MATURITIES = {
    Maturity.NEED: N_("Besoin exprimé"),
    Maturity.SKETCHED: N_("Solution esquissée"),
    Maturity.TRIED: N_("Service à l’essai"),
    Maturity.IN_USE: N_("Service en usage dans un territoire"),
    Maturity.PROVEN: N_("Service éprouvé dans plusieurs territoires"),
}


proposal_contribution = Table(
    "proposal_contribution",
    Base.metadata,
    Column("proposal_id", ForeignKey("proposal.id"), primary_key=True),
    Column("contribution_id", ForeignKey(Contribution.id), primary_key=True, index=True),
)


class Proposal(Identified, Base):
    """What collectivities support. The two counters are kept with the rows they count.

    `maturity` is a level of Maturity, once assessed: for the committee, then for everyone.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint("supports_count >= 0", name="supports_count_positive"),
        CheckConstraint("contributions_count >= 0", name="contributions_count_positive"),
        CheckConstraint("maturity BETWEEN 1 AND 5", name="maturity_known"),
        Index("ix_proposal_search", "search", postgresql_using="gin"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    number: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    theme_id: Mapped[UUID | None] = mapped_column(ForeignKey(Theme.id))
    stage: Mapped[Stage] = mapped_column(default=Stage.WRITTEN)
    maturity: Mapped[int | None]
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    # When its wording was last corrected, if it was once published.
    corrected_at: Mapped[datetime | None]
    contributions_count: Mapped[int] = mapped_column(default=0)
    supports_count: Mapped[int] = mapped_column(default=0)
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(french_vector(title), 'A') || setweight(french_vector(summary), 'B')",
            persisted=True,
        ),
        deferred=True,
    )

    theme: Mapped[Theme | None] = relationship(lazy="raise")
    contributions: Mapped[list[Contribution]] = relationship(
        secondary=proposal_contribution, order_by=Contribution.number, lazy="raise", viewonly=True
    )
