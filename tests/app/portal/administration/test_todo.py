"""The administration sees, in one place, what each consultation lacks and what waits in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.gate.actors import Role
from app.phases import Calendar, Phase, PublicationKind, Window
from app.portal.administration.rules import State, tasks
from tests.support import factories as make
from tests.support.contributions import submit
from tests.support.strict_browser import Visitor

NOW = datetime(2021, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
READY = State(moderators=1, committee=1, envelope=True, schemes=1)


def _calendar(**starts: int) -> Calendar:
    """Phases of thirty days that start so many days from now."""
    windows = tuple(
        Window(uuid4(), Phase(phase), NOW + days * DAY, NOW + (days + 30) * DAY)
        for phase, days in starts.items()
    )
    return Calendar(uuid4(), windows, announced=True)


def _said(calendar: Calendar, state: State) -> list[tuple[str, bool]]:
    return [(task.page, task.late) for task in tasks(calendar, state, NOW)]


@pytest.mark.parametrize(
    ("starts", "state", "said"),
    [
        ({"collection": 20}, State(), []),
        (
            {"collection": 10},
            State(),
            [("appointments.appointments", False), ("portal.consultation", False)],
        ),
        ({"collection": -40}, READY, []),
        ({"collection": -40, "support": 10}, READY, []),
        (
            {"collection": -40, "support": 10},
            State(moderators=1, envelope=True, schemes=1),
            [("committee_members.members", False)],
        ),
        (
            {"collection": -80, "support": -40},
            State(moderators=1, envelope=True, schemes=1),
            [("committee_members.members", True)],
        ),
        (
            {"collection": -40, "support": -1},
            State(moderators=1, committee=1, envelope=True, schemes=1, waiting=7),
            [("portal.consultation", True)],
        ),
        ({"collection": -40, "support": -1}, READY, [("portal.consultation", True)]),
        (
            {"collection": -20},
            State(moderators=1, committee=1, envelope=True, schemes=1, texts=2),
            [("portal.consultation", False)],
        ),
    ],
)
def test_what_is_to_be_done_depends_on_the_moment(
    starts: dict[str, int], state: State, said: list[tuple[str, bool]]
) -> None:
    assert _said(_calendar(**starts), state) == said


def test_a_consultation_that_is_over_is_to_be_archived() -> None:
    calendar = _calendar(collection=-120, support=-80, ami=-40)
    published = dict.fromkeys(PublicationKind, NOW - DAY)
    over = Calendar(uuid4(), calendar.windows, publications=published, announced=True)
    assert _said(over, READY) == [("consultations.archive", False)]


def test_the_page_says_it_of_every_consultation(app: Flask, visitor: Visitor) -> None:
    found = make.consultation(phase=Phase.SUPPORT, title="Celle qui court", slug="essai")
    visitor.sign_in(make.administrator())
    page = visitor.get("/administration")
    assert "Personne ne modère cette consultation. En retard" in page.main
    assert "Le comité de sélection n’a aucun membre." in page.main
    make.appointed(Role.MODERATOR, found)
    assert "Personne ne modère" not in visitor.get("/administration").main
    collecting = make.consultation(phase=Phase.COLLECTION, title="Un recueil", slug="autre")
    submit(collecting, make.agent_of("22113"))
    assert "Contributions qui attendent" not in visitor.get("/administration").main
    visitor.sign_in(make.moderator())
    visitor.get("/administration", status=403)
