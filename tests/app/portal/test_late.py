"""A phase whose time has come while what it is about is late; who prepares the committee."""

from __future__ import annotations

import pytest
from flask import Flask

from app import clock
from app.calendar.queries import fresh_calendar
from app.phases import Phase, Step
from app.portal.rules import Moment, moment_of
from tests.app.portal.journey import banner, step
from tests.support import factories
from tests.support.strict_browser import Visitor


@pytest.mark.parametrize(
    ("phase", "proposals", "selection", "expected"),
    [
        (Phase.SUPPORT, False, False, Moment.GROUPING),
        (Phase.AMI, False, False, Moment.GROUPING),
        (Phase.AMI, True, False, Moment.SELECTION),
        (Phase.AMI, True, True, Moment.AMI),
        (Step.LAUREATES, True, False, Moment.SELECTION),
        (Step.LAUREATES, True, True, Moment.LAUREATES),
    ],
)
def test_a_phase_whose_time_has_come_waits_for_what_it_is_about(
    app: Flask, phase: Phase | Step, proposals: bool, selection: bool, expected: Moment
) -> None:
    made = factories.consultation(phase=phase)
    if proposals:
        factories.published_proposal(made)
    if selection:
        factories.selected_proposal(made)
    assert moment_of(fresh_calendar(made.id), clock.now()) is expected
    home = Visitor(app).get("/")
    said = banner(home)
    if expected is Moment.GROUPING:
        assert "regroupées" in said
    if expected is Moment.SELECTION:
        assert "Le comité choisit les propositions" in said
        assert "territoire référent" not in step(home)


def test_an_administrator_finds_the_committee_and_the_envelope(app: Flask) -> None:
    made = factories.consultation(phase=Phase.COLLECTION)
    visitor = Visitor(app).sign_in(factories.administrator())
    links = visitor.get(f"/consultations/{made.slug}/calendrier").links()
    for label, title in (("Membres du comité", "Membres du comité"), ("Enveloppe", "Enveloppe")):
        assert title in visitor.get(links[label]).soup.select("h1")[0].get_text()
