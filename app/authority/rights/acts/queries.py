"""Reads of what was done for territories."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import FromClause, SQLColumnExpression, and_, select
from sqlalchemy.orm import aliased

from app.authority.rights.acts.models import Act
from app.db import db
from app.gate.verb import Effect

# What ends what was given, and leaves the right to answer for it.
TAKING = (Effect.TAKES_BACK, Effect.REPLACES)


def giving(subject_id: SQLColumnExpression[UUID]) -> SQLColumnExpression[bool]:
    """What is true of the act by which something was given."""
    return and_(Act.subject_id == subject_id, Act.effect == Effect.GIVES)


def last_effect(of: type[Act] = Act) -> FromClause:
    """The last act that changed the subject of an act: to be joined to it."""
    later = aliased(Act)
    return (
        select(later.effect, later.right_id, later.done_at)
        .where(later.subject_id == of.subject_id, later.effect.is_not(None))
        .order_by(later.position.desc())
        .limit(1)
        .correlate(of)
        .lateral("last")
    )


def last_act(subject_id: UUID, *effects: Effect) -> Act | None:
    """The last act that changed a subject, when it had one of these effects."""
    found = db.session.scalar(
        select(Act)
        .where(Act.subject_id == subject_id, Act.effect.is_not(None))
        .order_by(Act.position.desc())
        .limit(1)
    )
    return found if found is not None and found.effect in effects else None


def giving_act(subject_id: UUID) -> Act | None:
    """The act by which something was given, whatever became of it."""
    return db.session.scalar(
        select(Act).where(Act.subject_id == subject_id, Act.effect == Effect.GIVES).limit(1)
    )


def unsent(at_most: int | None = None) -> Sequence[UUID]:
    """The acts whose territory has not been sent a notice yet, in order."""
    return db.session.scalars(
        select(Act.id).where(Act.sent_at.is_(None)).order_by(Act.position).limit(at_most)
    ).all()
