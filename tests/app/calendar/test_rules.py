"""Phases follow one another; a closed one stays closed; rules freeze when their phase opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.rules import FREEZES_AT, ORDER, amendment_refusal, date_refusal, rule_refusal
from app.errors import Conflict, Invalid
from app.gate.verbs import RULED_BY_KIND
from app.phases import Calendar, Phase, Window

ORIGIN = datetime.fromisoformat("2021-03-01T00:00+00:00")
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def _day(number: float) -> datetime:
    return ORIGIN + number * DAY


def _window(phase: Phase, first: float, last: float) -> Window:
    return Window(uuid4(), phase, _day(first), _day(last))


CALENDAR = Calendar(uuid4(), (_window(Phase.COLLECTION, 0, 10), _window(Phase.AMI, 50, 60)))


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        (20, 30, False),
        (10, 50, False),
        (9, 30, True),
        (20, 51, True),
        (-20, -10, True),
        (70, 80, True),
        (0, 60, True),
        (30, 30, True),
        (30, 20, True),
    ],
)
def test_a_phase_takes_place_between_its_neighbours(
    first: float, last: float, refused: bool
) -> None:
    refusal = date_refusal(CALENDAR, Phase.SUPPORT, _day(first), _day(last))
    assert isinstance(refusal, Invalid) if refused else refusal is None


def test_a_phase_does_not_hinder_itself() -> None:
    assert date_refusal(CALENDAR, Phase.COLLECTION, _day(2), _day(12)) is None
    assert date_refusal(CALENDAR, Phase.AMI, _day(10), _day(99)) is None


@given(st.permutations(list(Phase)), st.lists(st.integers(0, 8), min_size=6, max_size=6))
def test_phases_given_dates_in_any_order_never_overlap(
    phases: list[Phase], days: list[int]
) -> None:
    calendar = Calendar(uuid4())
    for phase, first, last in zip(phases, days[::2], days[1::2], strict=True):
        if date_refusal(calendar, phase, _day(first), _day(last)) is None:
            calendar = replace(calendar, windows=(*calendar.windows, _window(phase, first, last)))
    kept = sorted(calendar.windows, key=lambda window: ORDER.index(window.phase))
    instants = [instant for window in kept for instant in (window.opens_at, window.closes_at)]
    assert instants == sorted(instants)
    assert all(window.opens_at < window.closes_at for window in kept)


@pytest.mark.parametrize(
    ("at", "first", "last", "refused"),
    [
        # To come: everything may move, but not into the past.
        (-5, 1, 12, None),
        (-5, -3, 4, None),
        (-5, -20, -10, Invalid),
        # Open: only the close moves, and to an instant to come.
        (5, 0, 20, None),
        (5, 0, 6, None),
        (5, 1, 20, Conflict),
        (5, -1, 20, Conflict),
        (5, 0, 5, Invalid),
        (5, 0, 4, Invalid),
        # Closed: nothing moves.
        (10, 0, 20, Conflict),
        (10, 15, 20, Conflict),
        (99, 0, 200, Conflict),
    ],
)
def test_what_may_still_move_depends_on_the_state_of_the_phase(
    at: float, first: float, last: float, refused: type[Exception] | None
) -> None:
    window = _window(Phase.COLLECTION, 0, 10)
    refusal = amendment_refusal(window, _day(first), _day(last), _day(at))
    assert type(refusal) is refused if refused else refusal is None


def test_a_phase_stays_open_to_change_until_the_last_instant() -> None:
    window = _window(Phase.COLLECTION, 0, 10)
    assert amendment_refusal(window, _day(0), _day(20), _day(10) - TICK) is None
    assert isinstance(amendment_refusal(window, _day(0), _day(20), _day(10)), Conflict)


@pytest.mark.parametrize("verb", RULED_BY_KIND)
def test_a_rule_freezes_at_the_instant_its_phase_opens(verb: str) -> None:
    calendar = Calendar(uuid4(), (_window(FREEZES_AT[verb], 0, 10),))
    assert rule_refusal(calendar, verb, _day(0) - TICK) is None
    for instant in (_day(0), _day(5), _day(10), _day(99)):
        assert isinstance(rule_refusal(calendar, verb, instant), Conflict)


@pytest.mark.parametrize("verb", RULED_BY_KIND)
def test_a_rule_is_free_while_its_phase_has_no_dates(verb: str) -> None:
    others = tuple(_window(phase, 0, 10) for phase in Phase if phase is not FREEZES_AT[verb])
    assert rule_refusal(Calendar(uuid4(), others), verb, _day(5)) is None
