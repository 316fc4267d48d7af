"""Deliver the outbox: at once through the queue, again by the sweep when something failed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app, render_template
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.jobs import job
from app.notifications.messages import Message
from app.notifications.models import Outbox

logger = logging.getLogger(__name__)

# A town hall's server down at night is back in the morning: 1 min, 5, 25, 2 h, 10 h, 2 days.
RETRY_DELAYS = tuple(timedelta(minutes=5**n) for n in range(6))
SWEEP_SIZE = 200
LINE_BREAKS = str.maketrans({"\r": " ", "\n": " "})


@job()
def deliver_one(outbox_id: str) -> None:
    """Hand one e-mail to the mail server; on failure, note why and when to try again.

    A row that another worker has locked, or that is already closed, is left alone.
    """
    row = db.session.scalar(
        select(Outbox)
        .where(Outbox.id == UUID(outbox_id), Outbox.closed_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    if row is None or row.address is None or row.facts is None:
        return
    now = clock.now()
    row.attempts += 1
    try:
        _hand_over(row.address, Message.of(row.message, row.facts))
    except Exception as error:
        # Whatever failed, the other e-mails of the sweep are to leave.
        logger.warning("e-mail %s not handed over: %s", row.id, type(error).__name__)
        _postpone(row, error, now)
    else:
        row.sent_at = now
        _close(row, now)


@job(every=30)
def sweep() -> None:
    """Deliver what waits: what the queue lost, and what failed and is due again."""
    due = db.session.scalars(
        select(Outbox.id)
        .where(Outbox.closed_at.is_(None), Outbox.next_attempt_at <= clock.now())
        .order_by(Outbox.next_attempt_at)
        .limit(SWEEP_SIZE)
    ).all()
    for outbox_id in due:
        with transaction():
            deliver_one.function(str(outbox_id))


def _hand_over(address: str, message: Message) -> None:
    body = render_template(f"emails/{message.template}.txt", **message.context())
    subject = message.subject().translate(LINE_BREAKS)
    with current_app.extensions["mailman"].get_connection() as server:
        EmailMessage(subject, body, to=[address], connection=server).send()


def _postpone(row: Outbox, error: Exception, now: datetime) -> None:
    # The kind of failure only: its words often repeat the address, which is to be forgotten.
    row.last_error = type(error).__name__
    if row.attempts > len(RETRY_DELAYS):
        logger.error("giving up on e-mail %s after %d attempts", row.id, row.attempts)
        _close(row, now)
    else:
        row.next_attempt_at = now + RETRY_DELAYS[row.attempts - 1]


def _close(row: Outbox, now: datetime) -> None:
    row.closed_at = now
    row.address = None
    row.facts = None
