"""What is read, and locked, of rights of whatever kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.authority.rights.models import Right, RightKind, TerritoryId
from app.calendar.queries import fresh_calendar
from app.db import advisory_lock, db
from app.gate.actors import Context


def lock_people(territory_id: UUID) -> None:
    """Let nobody else change who acts for a territory until the transaction ends."""
    advisory_lock(territory_id)


def acting(
    person_id: UUID | None, territory_id: TerritoryId, instant: datetime
) -> ColumnElement[bool]:
    """Whether someone was ever recognised in a territory, or a mandate of it that lasts names them.

    Suspended or not: who decides for a collectivity is nobody it counts, or counted, among its own.
    """
    # Missing is an error: who moderates would not be known to be concerned.
    kinds = (Right.__mapper__.polymorphic_map[kind].class_ for kind in RightKind)
    return or_(*(kind.acted_by(person_id, territory_id, instant) for kind in kinds))


def acts_or_acted_for(person_id: UUID | None, territory_id: UUID, instant: datetime) -> bool:
    """Whether a collectivity is, or was, someone's own, as `acting` says."""
    return bool(db.session.scalar(select(acting(person_id, territory_id, instant))))


def within_scope(right: Right, ctx: Context) -> Context:
    """The same act, in the one consultation a right is used in, if any, whichever the page's."""
    if right.scope is None:
        return ctx
    return replace(ctx, calendar=fresh_calendar(right.scope))
