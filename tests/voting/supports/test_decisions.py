"""The public proposals carry what the committee decided of them, once it is published."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app import clock
from app.portal.rules import Moment
from tests.app.portal.journey import Journey
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def journey() -> Journey:
    return Journey()


def _read(app: Flask, path: str, at: datetime) -> Page:
    with clock.at(at):
        return Visitor(app).get(path)


def _titles(page: Page) -> list[str]:
    return [title.get_text().strip() for title in page.soup.select("main article h2")]


def test_before_the_publication_neither_decision_nor_maturity_is_shown(
    app: Flask, journey: Journey
) -> None:
    at = journey.reach(Moment.SELECTION)
    for path in ("/propositions", "/propositions?decision=selected", "/propositions/1"):
        page = _read(app, journey.base + path, at)
        for secret in ("Retenue", "Décision du comité", "La décision", "éprouvé"):
            assert secret not in page.text, path
    assert len(_titles(_read(app, f"{journey.base}/propositions?decision=selected", at))) == 2


def test_a_proposal_shows_its_decision_its_maturity_and_its_call(
    app: Flask, journey: Journey
) -> None:
    at = journey.reach(Moment.BEFORE_AMI)
    page = _read(app, f"{journey.base}/propositions/1", at)
    assert "Retenue" in page.main
    assert "Service éprouvé dans plusieurs territoires" in page.main
    assert page.links()["Lire la décision et sa raison"].endswith("/decisions#proposition-1")
    with clock.at(at):
        assert page.click("Voir l’appel").heading == "Partager un agenda"
    deferred = _read(app, f"{journey.base}/propositions/2", at)
    assert "Différée" in deferred.main
    assert "Voir l’appel" not in deferred.main
    assert "Maturité" not in deferred.main


def test_the_list_is_filtered_by_decision(app: Flask, journey: Journey) -> None:
    at = journey.reach(Moment.BEFORE_AMI)
    with clock.at(at):
        page = Visitor(app).get(f"{journey.base}/propositions")
        assert len(_titles(page)) == 2
        form = page.form(button="Filtrer")
        assert _titles(form.send(decision="selected")) == ["Partager un agenda"]
        assert _titles(form.send(decision="deferred")) == ["Prévenir des crues"]
        assert _titles(form.send(decision="declined")) == []
        for strange in ("written", "published", "rien"):
            path = f"{journey.base}/propositions?decision={strange}"
            assert len(_titles(Visitor(app).get(path))) == 2
