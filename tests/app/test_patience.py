"""A database that froze makes nobody wait for long, and serves again as soon as it thaws."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.db import db
from app.embedded import running
from app.embedded.place import settle
from app.web import csrf, public
from tests.support.applications import dedicated

# Reading what froze, then trying another connection.
LONGEST_SECONDS = 9


@public
def one() -> ResponseReturnValue:
    return str(db.session.scalar(text("SELECT 1")))


@contextmanager
def _frozen(root: Path) -> Iterator[None]:
    """The server and all its processes stopped where they are."""
    leader = int((settle(root).folder / "postgresql.lock").read_text())
    family = [leader, *map(int, Path(f"/proc/{leader}/task/{leader}/children").read_text().split())]
    for process in family:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in family:
            os.kill(process, signal.SIGCONT)


def _asked(app: Flask, method: str = "GET") -> tuple[int, float]:
    began = monotonic()
    status = app.test_client().open("/essai/un", method=method).status_code
    return status, monotonic() - began


def test_a_frozen_database_is_said_to_be_away_and_thaws(tmp_path: Path) -> None:
    """Seen red: the page waited for as long as the server was frozen."""
    with running(tmp_path, fsync=False) as own, dedicated(own) as app:
        app.add_url_rule("/essai/un", view_func=csrf.exempt(one), methods=["GET", "POST"])
        assert _asked(app)[0] == 200
        with _frozen(tmp_path):
            status, seconds = _asked(app, "POST")
            assert (status, seconds < LONGEST_SECONDS) == (503, True), seconds
        for method in ("GET", "POST"):
            assert _asked(app, method)[0] == 200
