"""What is measured of the database, of the queue and of the scheduler."""

from __future__ import annotations

from functools import cache

from alembic.script import ScriptDirectory
from flask import current_app
from redis import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import clock
from app.db import db
from app.health.rules import Measured
from app.jobs import recurring
from app.notifications.models import Outbox
from app.schedule import last_ticks, leader, waiting


def measure() -> Measured:
    """How the platform is now. A store that does not answer is said, not raised."""
    migrated = oldest_mail = leading = queued = None
    try:
        migrated = db.session.scalar(text("SELECT version_num FROM alembic_version")) == _head()
        leading = leader()
        if migrated:
            oldest_mail = db.session.scalar(
                select(func.min(Outbox.next_attempt_at)).where(Outbox.closed_at.is_(None))
            )
    except (OperationalError, PoolTimeout, ProgrammingError):
        # It does not answer, or has no tables yet.
        db.session.remove()
    try:
        last, queued = last_ticks(), waiting()
        ticks = {
            declared.name: (declared.every or 0, last[declared.name]) for declared in recurring()
        }
    except RedisError:
        ticks = None
    return Measured(migrated, ticks, oldest_mail, clock.now(), queued, leading)


@cache
def _head() -> str | None:
    """How far the code's own migrations go."""
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
