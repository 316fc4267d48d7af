"""Proposals, and the contributions each gathers: grouping is not merging."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calendar.models import Consultation, Theme
from app.db import Base, Identified
from consultation.contributions.models import Contribution

TITLE_LENGTH = 160
SUMMARY_LENGTH = 2_000


class Stage(StrEnum):
    """How far a proposal has come; the committee carries it further."""

    WRITTEN = "written"
    PUBLISHED = "published"


proposal_contribution = Table(
    "proposal_contribution",
    Base.metadata,
    Column("proposal_id", ForeignKey("proposal.id"), primary_key=True),
    Column("contribution_id", ForeignKey(Contribution.id), primary_key=True, index=True),
)


class Proposal(Identified, Base):
    """What collectivities support. The two counters are kept with the rows they count."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint("supports_count >= 0", name="supports_count_positive"),
        CheckConstraint("contributions_count >= 0", name="contributions_count_positive"),
        Index("ix_proposal_search", "search", postgresql_using="gin"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    number: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    theme_id: Mapped[UUID | None] = mapped_column(ForeignKey(Theme.id))
    stage: Mapped[Stage] = mapped_column(default=Stage.WRITTEN)
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    contributions_count: Mapped[int] = mapped_column(default=0)
    supports_count: Mapped[int] = mapped_column(default=0)
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('french_unaccent', title), 'A') || "
            "setweight(to_tsvector('french_unaccent', summary), 'B')",
            persisted=True,
        ),
        deferred=True,
    )

    theme: Mapped[Theme | None] = relationship(lazy="raise")
    contributions: Mapped[list[Contribution]] = relationship(
        secondary=proposal_contribution, order_by=Contribution.number, lazy="raise", viewonly=True
    )
