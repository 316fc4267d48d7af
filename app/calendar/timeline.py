"""The steps of a consultation as its timeline shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from app.calendar.queries import Move, WindowStory
from app.formats import closing, day, deadline, period, upper_first, weekday
from app.phases import Calendar, Progress


def steps(
    calendar: Calendar, instant: datetime, stories: Sequence[WindowStory] = ()
) -> list[dict[str, object]]:
    """The steps of the process as the timeline shows them, none before a first date is set.

    A phase shows its dates, and with its story how long is left and how they were moved; the work
    between phases, the day it was published.
    """
    if not calendar.windows:
        return []
    of_phase = {story.window: _story(story, instant) for story in stories}
    return [
        {"name": _(one.step.label), "state": one.state.value, "dates": _dates(one)}
        | (of_phase.get(one.window, {}) if one.window else {})
        for one in calendar.progress(instant)
    ]


def _story(story: WindowStory, instant: datetime) -> dict[str, object]:
    """What else is said of a phase; the dates of one that is over say enough."""
    over = story.window.is_past(instant)
    return {
        "text": "" if over else deadline(story.window, instant),
        "amendments": [_moved(move) for move in story.moves],
    }


def _dates(one: Progress) -> str:
    if one.window:
        return period(one.window)
    return _("publication le %(day)s", day=day(one.ended_at)) if one.ended_at else ""


def _moved(move: Move) -> str:
    """« La clôture était le vendredi 30 avril inclus, reportée au… : », and why."""
    before, after = move.before, move.after
    moves = []
    if before.opens_at != after.opens_at:
        moves.append(
            _(
                "l’ouverture était le %(before)s, %(moved)s au %(after)s",
                before=weekday(before.opens_at),
                after=weekday(after.opens_at),
                moved=_direction(before.opens_at, after.opens_at),
            )
        )
    if before.closes_at != after.closes_at:
        moves.append(
            _(
                "la clôture était le %(before)s, %(moved)s au %(after)s",
                before=closing(before),
                after=closing(after),
                moved=_direction(before.closes_at, after.closes_at),
            )
        )
    return _("%(moves)s : %(reason)s", moves=upper_first(" ; ".join(moves)), reason=move.reason)


def _direction(before: datetime, after: datetime) -> str:
    return _("reportée") if before < after else _("avancée")
