"""Write an e-mail in the transaction of the change it is about."""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

from app import clock
from app.db import db
from app.notifications.jobs import deliver_one
from app.notifications.messages import Message
from app.notifications.models import Outbox


def send(message: Message, *, to: str) -> Outbox:
    """Send someone an e-mail, once the present transaction is committed."""
    now = clock.now()
    row = Outbox(
        id=uuid4(),
        message=type(message).__name__,
        address=to,
        facts=asdict(message),
        created_at=now,
        next_attempt_at=now,
    )
    db.session.add(row)
    deliver_one.enqueue(str(row.id), first=message.urgent)
    return row
