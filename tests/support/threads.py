"""Several people at once: acts in threads, each in a transaction of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

from flask import Flask
from sqlalchemy import text

from app.db import db, transaction

_TOO_LONG = 60.0
_BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Race:
    """Start acts in threads; `uncommitted` ones keep their transaction open until released."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(4)
        self.release = Event()

    def start(self, act: Callable[[], object], *, uncommitted: bool = False) -> Future[object]:
        """Run an act; with `uncommitted`, return once it is done and not committed yet."""
        done = Event()

        def run() -> object:
            with self.app.app_context():
                try:
                    with transaction():
                        result = act()
                        done.set()
                        if uncommitted:
                            assert self.release.wait(_TOO_LONG), "never released"
                    return result
                finally:
                    done.set()
                    db.session.remove()

        future = self.pool.submit(run)
        if uncommitted:
            assert done.wait(_TOO_LONG), "the act never ended"
        return future

    def wait_until_blocked(self, how_many: int = 1) -> None:
        """Wait until so many transactions of this database wait for another."""
        limit = time.monotonic() + _TOO_LONG
        while time.monotonic() < limit:
            with db.engine.connect() as connection:
                if connection.scalar(_BLOCKED) >= how_many:
                    return
            time.sleep(0.01)
        raise AssertionError("nobody waits")
