"""The time it is: kept in UTC, shown in Paris."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_fixed: ContextVar[datetime | None] = ContextVar("fixed_instant", default=None)


def now() -> datetime:
    """The present instant, in UTC; the one chosen by `at` where a replay chose one."""
    return _fixed.get() or datetime.now(UTC)


def chosen() -> datetime | None:
    """The instant a replay or a test chose, or None when time runs by itself."""
    return _fixed.get()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Live at another instant: for tests, and for the demonstration that replays the past."""
    token = _fixed.set(instant)
    try:
        yield
    finally:
        _fixed.reset(token)


def in_paris(instant: datetime) -> datetime:
    """The same instant on Paris clocks."""
    return instant.astimezone(PARIS)


def of_paris(local: datetime) -> datetime:
    """The instant at which the clocks of Paris show a day and an hour, without a time zone."""
    return local.replace(tzinfo=PARIS).astimezone(UTC)


def start_of(day: date) -> datetime:
    """Midnight in Paris at the start of a day, in UTC."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The next midnight in Paris: a deadline given as a day includes that day."""
    return start_of(day + timedelta(days=1))


def last_day(closes_at: datetime) -> date:
    """The last day, in Paris, of a window that closes at this instant."""
    return in_paris(closes_at - timedelta(microseconds=1)).date()
