"""Count what a page asks of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.db import db


@contextmanager
def statements() -> Iterator[Callable[[], int]]:
    """The number of SQL statements sent within a block."""
    sent: list[None] = []

    def note(*_: object) -> None:
        sent.append(None)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(sent)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
