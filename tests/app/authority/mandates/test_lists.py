"""The lists of mandates: those of a collectivity, those that name someone."""

from __future__ import annotations

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from tests.support import factories
from tests.support.mandates import mandated
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

LIST, MINE = "/ma-collectivite/mandats", "/mon-compte/mandats"


@pytest.fixture
def consultation() -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper() -> Person:
    return factories.person(email="helene@sictiam.exemple.fr", full_name="Hélène Aide")


def _links(page: Page) -> list[str]:
    """What the links to a mandate read, out of their list."""
    return [link.get_text(" ", strip=True) for link in page.soup.select(f"main a[href^='{LIST}/']")]


def test_links_to_the_mandates_of_one_helper_or_one_territory_differ(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    referent = factories.referent_of("22113")
    for days in (10, 20):
        mandated(helper, lannion, consultation, by=referent, days=days)
    for who, address in ((referent, LIST), (helper, MINE)):
        page = Visitor(app).sign_in(who).get(address)
        assert len({link for link in _links(page) if "inclus" in link}) == 2


def test_whoever_acts_by_mandates_finds_them_from_every_page(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    theirs = Visitor(app).sign_in(helper)
    assert "Mes mandats" not in theirs.get("/").text
    mandated(helper, lannion, consultation)
    assert "Lannion" in theirs.get("/").click("Mes mandats").main


def test_a_territory_reads_no_name_it_did_not_write(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    referent = factories.referent_of("22113")
    made = mandated(helper, lannion, consultation, by=referent)
    page = Visitor(app).sign_in(referent).get(f"{LIST}/{made.id}")
    assert helper.email in page.main
    assert "Hélène" not in page.main
