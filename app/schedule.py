"""What comes back at intervals: of all the schedulers that run, one leads.

Each worker has one beside it. The leader has a lock of its session with the database, which
frees it when the leader dies or no longer answers: another takes it at its next look.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from datetime import datetime
from socket import gethostname

from redis import RedisError
from rq import Queue
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import clock
from app.db import db
from app.jobs import QUEUE, Job, connection, perform, recurring

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
_REMEMBERED_SECONDS = 7 * 24 * 3600
# After so long, the others take over from a leader that froze, or whose machine vanished.
_SETTINGS = text(
    "SELECT set_config('application_name', :name, false), "
    "set_config('idle_session_timeout', '10s', false)"
)
# Granted again to who has it already, so that asking is also being alive. A key in two parts is
# never that of a UUID.
_LEAD = text("SELECT pg_try_advisory_lock(0, 1)")
_LEADER = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND (classid, objid, objsubid) = (0, 1, 2) "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def keep_time(is_wanted: Callable[[], bool]) -> None:
    """Lead whenever nobody else does, as long as it is wanted."""
    while is_wanted():
        try:
            _attend(is_wanted)
        except OperationalError as error:
            logger.warning("the scheduler has lost the database: %s", error.orig)
            time.sleep(POLL_SECONDS)


def _attend(is_wanted: Callable[[], bool]) -> None:
    with db.engine.connect() as session:
        session.execution_options(isolation_level="AUTOCOMMIT")
        # Not to be lent to anyone else afterwards: the lock goes with it.
        session.detach()
        session.execute(_SETTINGS, {"name": f"scheduler {gethostname()} {os.getpid()}"[:63]})
        while is_wanted():
            if session.scalar(_LEAD):
                tick()
            time.sleep(POLL_SECONDS)


def tick() -> None:
    """Ask a worker for each job whose time has come, and note when it was."""
    try:
        for declared in recurring():
            # Claimed in one step: a leader that froze and the next one never both ask for it.
            if connection().set(_claim(declared), 1, nx=True, ex=declared.every):
                _ask(declared)
    except RedisError:
        logger.warning("the queue does not answer; what comes back by itself waits for it")


def _ask(declared: Job) -> None:
    """Queue a job that was claimed, and note when; its turn is not lost if the queue refuses it."""
    queue = Queue(QUEUE, connection=connection())
    try:
        queue.enqueue(perform, declared.name, result_ttl=0, job_timeout=declared.seconds)
        connection().set(_memory(declared), clock.now().isoformat(), ex=_REMEMBERED_SECONDS)
    except RedisError:
        connection().delete(_claim(declared))
        raise


def leader() -> str | None:
    """The scheduler that leads, by its machine and its process; None when none does."""
    name: str | None = db.session.scalar(_LEADER)
    return name.removeprefix("scheduler ") if name else None


def waiting() -> int:
    """How many jobs wait for a worker."""
    return Queue(QUEUE, connection=connection()).count


def last_ticks() -> dict[str, datetime | None]:
    """When each recurring job was last asked for, by name; None when it was not for a week."""
    noted: list[bytes | None] = connection().mget(  # type: ignore[assignment]
        [_memory(declared) for declared in recurring()]
    )
    return {
        declared.name: datetime.fromisoformat(instant.decode()) if instant else None
        for declared, instant in zip(recurring(), noted, strict=True)
    }


def _claim(declared: Job) -> str:
    return f"tick:{declared.name}"


def _memory(declared: Job) -> str:
    return f"last-tick:{declared.name}"
