"""Reads about consultations and their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import joinedload

from app.calendar.models import Amendment, Consultation, PhaseWindow, Theme
from app.db import advisory_lock, database_instant, db
from app.gate.actors import Context
from app.phases import Calendar, Phase, Window

_WITH_DATES = (joinedload(Consultation.windows), joinedload(Consultation.publications))
# Built once: every act of a phase reads it.
_FRESH = (
    select(Consultation)
    .options(*_WITH_DATES)
    .where(Consultation.id == bindparam("id"))
    .execution_options(populate_existing=True)
)


def consultation_by_slug(slug: str) -> Consultation | None:
    """The consultation at an address, drafts included, with its windows and publications."""
    query = (
        select(Consultation)
        .options(*_WITH_DATES)
        .where(Consultation.slug == slug, Consultation.deleted_at.is_(None))
    )
    return db.session.scalars(query).unique().one_or_none()


def consultations() -> Sequence[Consultation]:
    """Every consultation, drafts included, with its windows and publications, the latest first."""
    query = (
        select(Consultation)
        .options(*_WITH_DATES)
        .where(Consultation.deleted_at.is_(None))
        .order_by(Consultation.created_at.desc())
    )
    return db.session.scalars(query).unique().all()


def foremost_consultation(instant: datetime) -> Consultation | None:
    """The public consultation a visitor most likely comes for, with its windows and publications.

    One with an open phase goes before one that only is under way, which goes before an archived
    one; then the latest announced.
    """
    opened = exists().where(
        PhaseWindow.consultation_id == Consultation.id,
        PhaseWindow.opens_at <= instant,
        PhaseWindow.closes_at > instant,
    )
    foremost = (
        select(Consultation.id)
        .where(Consultation.announced_at.is_not(None))
        .order_by(
            Consultation.archived_at.is_not(None),
            opened.desc(),
            Consultation.announced_at.desc(),
            Consultation.created_at.desc(),
        )
        .limit(1)
    )
    query = select(Consultation).options(*_WITH_DATES).where(Consultation.id.in_(foremost))
    return db.session.scalars(query).unique().one_or_none()


def fresh_calendar(consultation_id: UUID) -> Calendar:
    """The calendar read again from the database, whatever this session has read before."""
    found = db.session.scalars(_FRESH, {"id": consultation_id})
    return found.unique().one().calendar()


def lock_window(ctx: Context, phase: Phase, *, alone: bool = False) -> None:
    """Keep the dates of a phase from moving until the transaction ends.

    The acts of a phase share this lock; what moves its dates, or publishes what
    came of it, takes it `alone`, once those under way are done.
    """
    window = ctx.calendar.window(phase) if ctx.calendar else None
    if window is not None:
        advisory_lock(window.id, shared=not alone)


def refreshed(ctx: Context, phase: Phase | None) -> Context:
    """The context with its calendar, window and instant read again once the locks are taken."""
    if ctx.calendar is None:
        return ctx
    fresh = fresh_calendar(ctx.calendar.consultation_id)
    window = fresh.window(phase) if phase else None
    return replace(
        ctx,
        instant=database_instant(),
        calendar=fresh,
        window_version=window.version if window else None,
    )


def window_of(consultation_id: UUID, phase: str) -> PhaseWindow | None:
    """The window of a phase, to amend it."""
    return db.session.scalar(
        select(PhaseWindow).where(
            PhaseWindow.consultation_id == consultation_id, PhaseWindow.phase == phase
        )
    )


def themes(consultation_id: UUID) -> Sequence[Theme]:
    """The themes of a consultation, in the agency's order."""
    return db.session.scalars(
        select(Theme).where(Theme.consultation_id == consultation_id).order_by(Theme.position)
    ).all()


@dataclass(frozen=True)
class Move:
    """A window before and after an amendment, with the reason given."""

    before: Window
    after: Window
    reason: str
    moved_at: datetime


@dataclass(frozen=True)
class WindowStory:
    """A window and the moves that brought it to its present dates, latest first."""

    window: Window
    moves: Sequence[Move]


def stories(consultation: Consultation) -> list[WindowStory]:
    """The windows of a consultation with their history, in the order of their opening."""
    rows = db.session.scalars(
        select(Amendment)
        .join(PhaseWindow, PhaseWindow.id == Amendment.window_id)
        .where(PhaseWindow.consultation_id == consultation.id)
        .order_by(Amendment.amended_at.desc(), Amendment.version.desc())
    ).all()
    stories = []
    for row in consultation.windows:
        window = row.frozen()
        moves = [
            Move(
                replace(window, opens_at=a.opens_at_before, closes_at=a.closes_at_before),
                replace(window, opens_at=a.opens_at, closes_at=a.closes_at),
                a.reason,
                a.amended_at,
            )
            for a in rows
            if a.window_id == row.id
        ]
        stories.append(WindowStory(window, moves))
    return stories
