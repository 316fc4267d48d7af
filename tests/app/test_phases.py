"""A window is half-open, and a calendar is questioned about an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.phases import Calendar, Phase, PublicationKind, State, Step, Window

OPENS_AT, CLOSES_AT = clock.start_of(date(2021, 3, 15)), clock.end_of(date(2021, 4, 30))
WINDOW = Window(uuid4(), Phase.SUPPORT, OPENS_AT, CLOSES_AT)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("instant", "state"),
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
def test_a_window_includes_its_opening_and_not_its_close(instant: datetime, state: str) -> None:
    assert WINDOW.is_to_come(instant) is (state == "to come")
    assert WINDOW.is_open(instant) is (state == "open")
    assert WINDOW.is_past(instant) is (state == "past")


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


AMI = _window(Phase.AMI, 40, 50)
WHOLE = Calendar(uuid4(), (AMI, COLLECTION, SUPPORT))
STATES = {"p": State.PAST, "c": State.CURRENT, "f": State.FUTURE}


def _day(number: float) -> datetime:
    return OPENS_AT + timedelta(days=number)


def _published(*steps: Step) -> Calendar:
    """The calendar once the work of these steps is published, each five days after a phase."""
    days = {
        Step.GROUPING: (PublicationKind.PROPOSALS, _day(15)),
        Step.SELECTION: (PublicationKind.SELECTION, _day(35)),
        Step.LAUREATES: (PublicationKind.SERVICES, _day(55)),
    }
    return replace(WHOLE, publications=dict(days[step] for step in steps))


GROUPED = _published(Step.GROUPING)
SELECTED = _published(Step.GROUPING, Step.SELECTION)
DONE = _published(Step.GROUPING, Step.SELECTION, Step.LAUREATES)


@pytest.mark.parametrize(
    ("calendar", "day", "states", "current"),
    [
        # Collection, grouping, support, selection, call for interest, laureates, services.
        (Calendar(uuid4()), 0, "fffffff", None),
        (WHOLE, -1, "fffffff", None),
        (WHOLE, 0, "cffffff", Step.COLLECTION),
        (WHOLE, 10, "pcfffff", Step.GROUPING),
        (GROUPED, 15, "ppfffff", None),
        (GROUPED, 20, "ppcffff", Step.SUPPORT),
        (GROUPED, 30, "pppcfff", Step.SELECTION),
        (SELECTED, 35, "ppppfff", None),
        (SELECTED, 40, "ppppcff", Step.AMI),
        (SELECTED, 50, "pppppcf", Step.LAUREATES),
        (DONE, 55, "ppppppc", Step.SERVICES),
        (DONE, 4000, "ppppppc", Step.SERVICES),
        # Late work stays under way beside the phase that was not put off for it.
        (WHOLE, 20, "pccffff", Step.SUPPORT),
        (GROUPED, 40, "pppccff", Step.AMI),
        (WHOLE, 60, "pcpcpcf", Step.LAUREATES),
    ],
)
def test_every_step_of_the_process_is_past_under_way_or_to_come(
    calendar: Calendar, day: int, states: str, current: Step | None
) -> None:
    progress = calendar.progress(_day(day))
    assert [one.step for one in progress] == list(Step)
    assert [one.state for one in progress] == [STATES[state] for state in states]
    assert calendar.current(_day(day)) is current


def test_a_step_changes_at_the_very_instant_of_a_close() -> None:
    assert WHOLE.current(COLLECTION.closes_at - TICK) is Step.COLLECTION
    assert WHOLE.current(COLLECTION.closes_at) is Step.GROUPING
    assert GROUPED.current(SUPPORT.opens_at - TICK) is None
    assert GROUPED.current(SUPPORT.opens_at) is Step.SUPPORT


def test_a_step_has_its_window_and_when_it_ended() -> None:
    steps = {one.step: (one.window, one.ended_at) for one in SELECTED.progress(_day(45))}
    assert steps == {
        Step.COLLECTION: (COLLECTION, COLLECTION.closes_at),
        Step.GROUPING: (None, _day(15)),
        Step.SUPPORT: (SUPPORT, SUPPORT.closes_at),
        Step.SELECTION: (None, _day(35)),
        Step.AMI: (AMI, None),
        Step.LAUREATES: (None, None),
        Step.SERVICES: (None, None),
    }
