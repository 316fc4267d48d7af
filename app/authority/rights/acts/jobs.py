"""What was done in a territory's name by someone else is told to it: at once, or by the sweep."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.authority.rights.acts.models import Act
from app.authority.rights.models import Right, RightKind
from app.calendar.queries import fresh_calendar
from app.db import db, transaction
from app.gate import NOBODY, Context
from app.jobs import job

SWEEP_SIZE = 200

Teller = Callable[[Act, Context], None]
_TELLERS: dict[RightKind, Teller] = {}


def telling(kind: RightKind) -> Callable[[Teller], Teller]:
    """Declare who composes what is told of the acts done by a kind of right."""

    def declare(teller: Teller) -> Teller:
        _TELLERS[kind] = teller
        return teller

    return declare


@job()
def tell_act(act_id: str) -> None:
    """Tell of one act; one that another worker has in hand, or that is told, is left alone."""
    act = db.session.scalar(
        select(Act)
        .where(Act.id == UUID(act_id), Act.told_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    if act is None:
        return
    now = clock.now()
    kind = db.session.scalar(select(Right.kind).where(Right.id == act.right_id))
    if kind is not None:
        _TELLERS[kind](act, Context(NOBODY, now, fresh_calendar(act.consultation_id)))
    act.told_at = now
    db.session.flush()


@job(every=30)
def sweep_acts() -> None:
    """Tell of the acts that wait: what the queue lost."""
    for act_id in untold():
        with transaction():
            tell_act.function(str(act_id))


def untold() -> list[UUID]:
    """The acts that their territory has yet to be told of, in order."""
    waiting = select(Act.id).where(Act.told_at.is_(None)).order_by(Act.position).limit(SWEEP_SIZE)
    return list(db.session.scalars(waiting))
