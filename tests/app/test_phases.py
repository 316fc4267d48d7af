"""A window is half-open, and a calendar is questioned about an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.phases import Calendar, Phase, Window

OPENS_AT, CLOSES_AT = clock.start_of(date(2021, 3, 15)), clock.end_of(date(2021, 4, 30))
WINDOW = Window(uuid4(), Phase.SUPPORT, OPENS_AT, CLOSES_AT)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("instant", "stands"),
    [
        (OPENS_AT - TICK, "to come"),
        (OPENS_AT, "open"),
        (datetime(2021, 4, 30, 21, 59, 59, 999999, tzinfo=UTC), "open"),
        (CLOSES_AT - TICK, "open"),
        (CLOSES_AT, "past"),
        (datetime(2021, 4, 30, 22, tzinfo=UTC), "past"),
        (CLOSES_AT + timedelta(days=400), "past"),
    ],
)
def test_a_window_holds_its_opening_and_not_its_close(instant: datetime, stands: str) -> None:
    assert WINDOW.is_to_come(instant) is (stands == "to come")
    assert WINDOW.is_open(instant) is (stands == "open")
    assert WINDOW.is_past(instant) is (stands == "past")


@given(st.timedeltas(timedelta(days=-60), timedelta(days=90)).map(OPENS_AT.__add__))
def test_an_instant_is_before_within_or_after_a_window_and_one_only(instant: datetime) -> None:
    answers = (WINDOW.is_to_come(instant), WINDOW.is_open(instant), WINDOW.is_past(instant))
    assert sum(answers) == 1
    assert WINDOW.remaining(instant) == max(CLOSES_AT - instant, timedelta())
    assert (WINDOW.remaining(instant) == timedelta()) is WINDOW.is_past(instant)


def _window(phase: Phase, first: int, last: int) -> Window:
    day = timedelta(days=1)
    return Window(uuid4(), phase, OPENS_AT + first * day, OPENS_AT + last * day)


COLLECTION = _window(Phase.COLLECTION, 0, 10)
SUPPORT = _window(Phase.SUPPORT, 20, 30)
CALENDAR = Calendar(uuid4(), (SUPPORT, COLLECTION), {"proposal:support": frozenset({"commune"})})


@pytest.mark.parametrize(
    ("day", "opened", "coming", "over"),
    [
        (-1, [], COLLECTION, []),
        (0, [COLLECTION], SUPPORT, []),
        (10, [], SUPPORT, [Phase.COLLECTION]),
        (20, [SUPPORT], None, [Phase.COLLECTION]),
        (30, [], None, [Phase.COLLECTION, Phase.SUPPORT]),
    ],
)
def test_a_calendar_says_what_is_open_coming_and_over(
    day: int, opened: list[Window], coming: Window | None, over: list[Phase]
) -> None:
    instant = OPENS_AT + timedelta(days=day)
    assert CALENDAR.open_windows(instant) == opened
    assert CALENDAR.next_window(instant) == coming
    assert [phase for phase in Phase if CALENDAR.is_past(phase, instant)] == over
    assert [phase for phase in Phase if CALENDAR.is_open(phase, instant)] == [
        window.phase for window in opened
    ]


def test_the_first_to_close_comes_first_among_open_windows() -> None:
    late, early = _window(Phase.COLLECTION, 0, 9), _window(Phase.AMI, 2, 5)
    calendar = Calendar(uuid4(), (late, early))
    assert calendar.open_windows(OPENS_AT + timedelta(days=3)) == [early, late]


def test_a_phase_without_dates_is_neither_open_nor_over() -> None:
    assert CALENDAR.window(Phase.AMI) is None
    assert not CALENDAR.is_open(Phase.AMI, OPENS_AT)
    assert not CALENDAR.is_past(Phase.AMI, OPENS_AT + timedelta(days=400))


def test_a_verb_no_rule_names_is_open_to_no_kind_of_territory() -> None:
    assert CALENDAR.kinds_allowed("proposal:support") == {"commune"}
    assert CALENDAR.kinds_allowed("contribution:submit") == frozenset()
