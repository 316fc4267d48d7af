"""Consultations, the windows of their phases, and how these were moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.phases import Calendar, Phase, PublicationKind, Window


class Consultation(Identified, Base):
    """One run of the process. `rules` maps a verb's name to the kinds it is open to."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(
            "archived_at IS NULL OR announced_at IS NOT NULL", name="archived_once_announced"
        ),
        CheckConstraint("deleted_at IS NULL OR announced_at IS NULL", name="deleted_as_a_draft"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    # What is said to whoever writes a contribution.
    guidance: Mapped[str] = mapped_column(default="")
    rules: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    windows: Mapped[list[PhaseWindow]] = relationship(
        lazy="raise", order_by="PhaseWindow.opens_at", viewonly=True
    )

    publications: Mapped[list[Publication]] = relationship(lazy="raise", viewonly=True)

    def published_at(self, kind: PublicationKind) -> datetime | None:
        """When something became public; None until then. Needs `publications` loaded."""
        return next((p.published_at for p in self.publications if p.kind == kind), None)

    def calendar(self) -> Calendar:
        """The dates, rules and publications; needs `windows` and `publications` loaded."""
        return Calendar(
            consultation_id=self.id,
            windows=tuple(window.frozen() for window in self.windows),
            rules={verb: frozenset(kinds) for verb, kinds in self.rules.items()},
            publications={each.kind: each.published_at for each in self.publications},
            announced=self.announced_at is not None,
            archived=self.archived_at is not None,
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


class Publication(Identified, Base):
    """Something a consultation prepared in private was made public, once, at this instant."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("consultation_id", "kind"),)

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    kind: Mapped[PublicationKind]
    published_at: Mapped[datetime]


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
