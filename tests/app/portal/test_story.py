"""What a territory did and what became of a contribution, up to the services."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app import clock
from app.identity.models import Person
from app.portal.rules import Moment
from tests.app.portal.journey import Journey
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

LANNION = "/territoires/commune/22113"
MINE = "/ma-collectivite"
PARTS = "Propositions retenues auxquelles"
CARRIED = "Services lauréats qu’"


@pytest.fixture
def journey() -> Journey:
    return Journey()


def _read(app: Flask, path: str, at: datetime, who: Person | None = None) -> Page:
    with clock.at(at):
        visitor = Visitor(app)
        return (visitor.sign_in(who) if who else visitor).get(path)


def _follow(app: Flask, journey: Journey, rank: int, at: datetime) -> Page:
    number = journey.contributions[rank].number
    return _read(app, f"{journey.base}/contributions/{number}/suite", at)


def test_a_territory_shows_the_parts_it_takes_and_only_its_members_who_took_them(
    app: Flask, journey: Journey
) -> None:
    before = journey.reach(Moment.BEFORE_AMI)
    assert PARTS not in _read(app, LANNION, before).main
    assert PARTS not in _read(app, MINE, before, journey.agent).main
    at = journey.reach(Moment.AMI)
    page = _read(app, LANNION, at)
    assert PARTS in page.main
    assert "Territoire référent" in page.main
    assert journey.agent.display_name not in page.text
    other = _read(app, "/territoires/commune/29151", at)
    assert "Membre du groupe de travail" in other.main
    mine = _read(app, MINE, at, journey.agent)
    assert "Territoire référent" in mine.main
    assert f"par {journey.agent.display_name}, secrétaire de mairie" in mine.main
    with clock.at(at):
        assert mine.click("Partager un agenda").heading == "Partager un agenda"


def test_a_territory_shows_the_services_it_is_at_the_origin_of_once_published(
    app: Flask, journey: Journey
) -> None:
    chosen = journey.reach(Moment.LAUREATES)
    for path, who in ((LANNION, None), (MINE, journey.agent)):
        assert CARRIED not in _read(app, path, chosen, who).main
    at = journey.reach(Moment.SERVICES)
    for path, who in ((LANNION, None), (MINE, journey.agent)):
        page = _read(app, path, at, who)
        assert CARRIED in page.main
        assert "porté par Association des agendas" in page.main
        with clock.at(at):
            assert page.click("L’agenda de tous").heading == "L’agenda de tous"


def test_a_contribution_is_followed_to_the_service_drawn_from_it(
    app: Flask, journey: Journey
) -> None:
    at = journey.reach(Moment.SELECTION)
    page = _follow(app, journey, 0, at)
    assert "Sa décision sera donnée ici." in page.main
    assert "Retenue" not in page.main
    at = journey.reach(Moment.BEFORE_AMI)
    page = _follow(app, journey, 0, at)
    assert "Retenue" in page.main
    assert page.links()["La décision du comité sur la proposition n° 1"].endswith(
        "/decisions#proposition-1"
    )
    assert "L’appel à manifestation d’intérêt ouvrira le" in page.main
    with clock.at(at):
        page.click("La décision du comité")
        assert page.click("L’appel à manifestation d’intérêt").heading == "Partager un agenda"
    assert "L’agenda de tous" not in _follow(app, journey, 0, journey.reach(Moment.LAUREATES)).text
    at = journey.reach(Moment.SERVICES)
    page = _follow(app, journey, 0, at)
    with clock.at(at):
        assert page.click("L’agenda de tous").heading == "L’agenda de tous"


def test_what_was_not_selected_says_so(app: Flask, journey: Journey) -> None:
    at = journey.reach(Moment.BEFORE_AMI)
    page = _follow(app, journey, 1, at)
    assert "Différée" in page.main
    assert "Le comité ne l’a pas retenue pour la suite" in page.main
    assert "L’appel à manifestation d’intérêt" not in page.main
    at = journey.reach(Moment.SERVICES)
    assert "Aucun n’est tiré directement de cette contribution" in _follow(app, journey, 1, at).main
    rejected = _follow(app, journey, 3, at)
    assert "Écartée" in rejected.main
    assert "Et ensuite" not in rejected.main
