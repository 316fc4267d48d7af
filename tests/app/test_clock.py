"""Days are those of Paris, and a deadline given as a day includes it, summer time or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "starts_at", "hours"),
    [
        (date(2021, 1, 15), datetime(2021, 1, 14, 23, tzinfo=UTC), 24),
        (date(2021, 3, 28), datetime(2021, 3, 27, 23, tzinfo=UTC), 23),
        (date(2021, 4, 30), datetime(2021, 4, 29, 22, tzinfo=UTC), 24),
        (date(2021, 10, 31), datetime(2021, 10, 30, 22, tzinfo=UTC), 25),
    ],
)
def test_a_day_lasts_from_one_midnight_in_paris_to_the_next(
    day: date, starts_at: datetime, hours: int
) -> None:
    assert clock.start_of(day) == starts_at
    assert clock.end_of(day) - clock.start_of(day) == timedelta(hours=hours)


@given(DAYS)
def test_a_deadline_given_as_a_day_includes_it(day: date) -> None:
    closes_at = clock.end_of(day)
    assert closes_at == clock.start_of(day + timedelta(days=1))
    assert clock.last_day(closes_at) == day
    assert clock.in_paris(closes_at - timedelta(microseconds=1)).date() == day
    assert clock.in_paris(closes_at).date() == day + timedelta(days=1)


@given(DAYS, st.integers(0, 23 * 3600 - 1))
def test_every_second_of_a_day_belongs_to_it(day: date, second: int) -> None:
    instant = clock.start_of(day) + timedelta(seconds=second)
    assert clock.in_paris(instant).date() == day


def test_an_instant_within_a_day_closes_on_that_day() -> None:
    noon = datetime(2021, 4, 30, 10, tzinfo=UTC)
    assert clock.last_day(noon) == date(2021, 4, 30)


def test_time_runs_unless_one_lives_at_another_instant() -> None:
    past, further = datetime(2021, 3, 1, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC)
    assert clock.chosen() is None
    with clock.at(past):
        with clock.at(further):
            assert clock.now() == clock.chosen() == further
        assert clock.now() == past
    assert clock.chosen() is None
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().utcoffset() == timedelta()
