"""Do in a test what a worker does: the queue's work, and the sweep's."""

from __future__ import annotations

from rq import Queue, SimpleWorker
from rq.timeouts import BaseDeathPenalty

from app.db import db
from app.jobs import QUEUE, connection


class _NoTimeout(BaseDeathPenalty):
    """The tests have their own."""

    def setup_death_penalty(self) -> None: ...

    def cancel_death_penalty(self) -> None: ...


class _Worker(SimpleWorker):
    death_penalty_class = _NoTimeout

    def subscribe(self) -> None:
        """Nobody commands this worker, and taking leave of who might would take a second."""


def work() -> None:
    """Run all the jobs that wait, here and now."""
    db.session.rollback()
    server = connection()
    _Worker([Queue(QUEUE, connection=server)], connection=server).work(
        burst=True, logging_level="ERROR"
    )
    db.session.expire_all()
