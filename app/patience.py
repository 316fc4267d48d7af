"""How long a connection waits for the database: a server that froze says nothing, for ever.

Its own time-outs (`statement_timeout`, `lock_timeout`) stop with it, so the client counts too.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from flask import Flask, has_request_context, request
from psycopg.pq import TransactionStatus
from sqlalchemy import event

from app.db import db

# A page one reads is asked for again; an act may wait for the lock of another (`lock_timeout`, of
# 20 s); what runs outside requests, for a long statement (`statement_timeout`, of 60 s).
READ_SECONDS = 3.0
ACT_SECONDS = 25.0
WORK_SECONDS = 90.0
_INTERVAL_SECONDS = 0.1
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
RV = TypeVar("RV")


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is given up when the server does not answer in time."""

    def wait(
        self,
        gen: Generator[Any, Any, RV],
        interval: float = _INTERVAL_SECONDS,
        timeout: float | None = None,
    ) -> RV:
        """Run what psycopg has to say to the server, as long as it is worth waiting for it."""
        seconds = timeout if timeout is not None else self._patience()
        deadline = monotonic() + seconds
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.Error as error:
            if monotonic() < deadline or timeout is not None:
                raise
            # What it would answer now is to nobody: the connection serves no more.
            self.close()
            raise psycopg.OperationalError("the database does not answer") from error

    def _patience(self) -> float:
        if not has_request_context():
            return WORK_SECONDS
        # What begins a transaction, the pool's ping included, waits for nobody's lock.
        begins = self.pgconn.transaction_status == TransactionStatus.IDLE
        return READ_SECONDS if begins or request.method in _SAFE else ACT_SECONDS


def init_app(app: Flask) -> None:
    """Have the application's connections be bounded."""
    with app.app_context():
        event.listen(db.engine, "do_connect", _connect)


def _connect(
    _dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]
) -> BoundedConnection:
    return BoundedConnection.connect(*arguments, **named)
