"""What was done for territories, as its rows: read, and written as if it had been done."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.authority.rights.acts.models import Act
from app.authority.rights.models import Right, RightKind
from app.db import db
from app.gate.verb import Effect, Verb

GIVEN = (Effect.GIVES,)
TAKEN = (Effect.TAKES_BACK, Effect.REPLACES)
_SUBJECTS = {"contribution": "contribution", "ami": "participation"}
Doer = tuple[UUID | None, UUID | None]


def giver(subject_id: UUID) -> Doer:
    """By which mandate, if any, and by whom something was given."""
    return _doer(subject_id, GIVEN)


def taker(subject_id: UUID) -> Doer:
    """By which mandate, if any, and by whom something was last withdrawn or exchanged."""
    return _doer(subject_id, TAKEN)


def _doer(subject_id: UUID, effects: tuple[Effect, ...]) -> Doer:
    act, kind = db.session.execute(
        select(Act, Right.kind)
        .outerjoin(Right, Right.id == Act.right_id)
        .where(Act.subject_id == subject_id, Act.effect.in_(effects))
        .order_by(Act.position.desc())
        .limit(1)
    ).one()
    return act.right_id if kind is RightKind.MANDATE else None, act.person_id


def given_under(subject_id: UUID) -> Act:
    """The act by which something was given, to be changed."""
    return db.session.scalars(
        select(Act).where(Act.subject_id == subject_id, Act.effect == Effect.GIVES)
    ).one()


def own_right(person_id: UUID, territory_id: UUID) -> UUID | None:
    """The membership that someone has of a territory, or had."""
    return db.session.scalar(
        select(Right.id).where(Right.person_id == person_id, Right.territory_id == territory_id)
    )


def act_done(
    verb: Verb,
    *,
    right_id: UUID | None,
    person_id: UUID | None,
    territory_id: UUID,
    consultation_id: UUID,
    subject_id: UUID | None = None,
    number: int = 1,
    title: str = "Une proposition",
    at: datetime | None = None,
) -> Act:
    """An act done a moment ago, its notice sent already, as its row alone."""
    done_at = at or clock.now()
    return Act(
        verb=verb.name,
        effect=verb.effect,
        right_id=right_id,
        person_id=person_id,
        territory_id=territory_id,
        consultation_id=consultation_id,
        subject_type=_SUBJECTS.get(verb.name.partition(":")[0], "support"),
        subject_id=subject_id,
        number=number,
        title=title,
        done_at=done_at,
        sent_at=done_at,
    )
