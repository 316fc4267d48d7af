"""Consultations, the windows of their phases, and how these were moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.phases import Calendar, Phase, Window


class Consultation(Identified, Base):
    """One run of the process. `rules` maps a verb's name to the kinds it is open to."""

    __tablename__ = "consultation"

    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    rules: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    proposals_published_at: Mapped[datetime | None]
    selection_published_at: Mapped[datetime | None]
    services_published_at: Mapped[datetime | None]

    windows: Mapped[list[PhaseWindow]] = relationship(
        lazy="raise", order_by="PhaseWindow.opens_at", viewonly=True
    )

    def calendar(self) -> Calendar:
        """The present dates and rules; needs `windows` loaded."""
        return Calendar(
            consultation_id=self.id,
            windows=tuple(window.frozen() for window in self.windows),
            rules={verb: frozenset(kinds) for verb, kinds in self.rules.items()},
            proposals_published_at=self.proposals_published_at,
            selection_published_at=self.selection_published_at,
            services_published_at=self.services_published_at,
        )


class PhaseWindow(Identified, Base):
    """When a phase of a consultation is open: `[opens_at, closes_at)`."""

    __tablename__ = "phase_window"
    __table_args__ = (
        UniqueConstraint("consultation_id", "phase"),
        CheckConstraint("opens_at < closes_at", name="opens_before_closes"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    phase: Mapped[Phase]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    def frozen(self) -> Window:
        return Window(self.id, self.phase, self.opens_at, self.closes_at, self.version)


class Amendment(Identified, Base):
    """A window was moved, and why: everyone may read it."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("window_id", "version"),)

    window_id: Mapped[UUID] = mapped_column(ForeignKey(PhaseWindow.id))
    version: Mapped[int]
    opens_at_before: Mapped[datetime]
    closes_at_before: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    amended_at: Mapped[datetime]


class Theme(Identified, Base):
    """A subject under which contributions are sorted, in the order the agency chose."""

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        UniqueConstraint("consultation_id", "name"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    position: Mapped[int]
    name: Mapped[str]
