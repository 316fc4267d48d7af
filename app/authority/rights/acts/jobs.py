"""What was done in a territory's name by someone else is sent to it: at once, or by the sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.queries import unsent
from app.authority.rights.models import Right, RightKind
from app.calendar.queries import fresh_calendar
from app.db import db, transaction
from app.gate.actors import NOBODY, Context
from app.jobs import job

SWEEP_SIZE = 200
logger = logging.getLogger(__name__)

Sender = Callable[[Act, Context], None]
_SENDERS: dict[RightKind, Sender] = {}


def sending(kind: RightKind) -> Callable[[Sender], Sender]:
    """Declare who composes the notices of the acts done by a kind of right."""

    def declare(sender: Sender) -> Sender:
        _SENDERS[kind] = sender
        return sender

    return declare


@job()
def send_act(act_id: str) -> None:
    """Send the notice of one act, unless another worker has it locked or it is sent already."""
    act = db.session.scalar(
        select(Act)
        .where(Act.id == UUID(act_id), Act.sent_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    if act is None:
        return
    now = clock.now()
    kind = db.session.scalar(select(Right.kind).where(Right.id == act.right_id))
    if kind is not None:
        _SENDERS[kind](act, Context(NOBODY, now, fresh_calendar(act.consultation_id)))
    act.sent_at = now
    db.session.flush()


@job(every=30)
def sweep_acts() -> None:
    """Send the notices that wait: what the queue lost."""
    for act_id in unsent(SWEEP_SIZE):
        try:
            with transaction():
                send_act.function(str(act_id))
        except Exception:
            # The others of the sweep are to leave: this one is tried again by the next.
            logger.exception("the notice of the act %s does not leave", act_id)
