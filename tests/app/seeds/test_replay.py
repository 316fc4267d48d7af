"""A replay from its page: asked for, followed, done; a failure shows. The journal too is new."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.embedded import Services
from app.identity.models import Person, Session
from app.journal.models import JournalEvent
from app.seeds import demonstration, people
from app.seeds.erasing import alone
from app.seeds.progress import Progress, State, keep, kept
from app.seeds.story import Moment
from consultation.contributions.models import Contribution
from tests.support.demonstration import demonstrated
from tests.support.strict_browser import Visitor
from tests.support.worker import work


@pytest.fixture
def at_services(services: Services) -> Iterator[Flask]:
    with demonstrated(services) as app, app.app_context():
        app.extensions["redis"].flushdb()
        yield app
        app.extensions["redis"].flushdb()


def test_one_replays_from_the_page(at_services: Flask) -> None:
    clerk = db.session.scalars(select(Person).where(Person.email == people.CLERK)).one()
    visitor = Visitor(at_services).sign_in(clerk)
    asked = visitor.get("/demonstration/collection/rejouer")
    assert "effacé" in asked.main
    waiting = asked.form(button="Tout effacer").send()
    assert waiting.response.headers["Refresh"] == "1"
    assert "attente" in waiting.main

    work()

    home = visitor.get("/demonstration/avancement")
    assert "La démonstration est prête" in home.main
    assert "Se connecter" in home.text, "those who were signed in are no longer"
    assert demonstration.present_moment() is Moment.COLLECTION
    assert db.session.scalar(select(func.count()).select_from(Session)) == 0
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 238
    types = set(db.session.scalars(select(JournalEvent.type).distinct()))
    assert "ServicePublished" not in types


def test_progress_says_how_far_it_has_come(app: Flask) -> None:
    keep(Progress(Moment.COPIL, State.RUNNING, "contributions", 120, 476))
    page = Visitor(app).get("/demonstration/avancement")
    assert "Contributions 120 sur 476" in page.main
    assert page.soup.select_one("progress[value='120'][max='476']")
    asked = Visitor(app).get("/demonstration/ami/rejouer").form(button="Tout effacer").send()
    assert "Comité de sélection" in asked.main, "the one under way goes on"


def test_a_failure_is_shown(app: Flask) -> None:
    asked = Visitor(app).get("/demonstration/ami/rejouer").form(button="Tout effacer").send()
    with alone():
        work()
    progress = kept()
    assert progress is not None
    assert progress.state is State.FAILED
    page = asked.visitor.get("/demonstration/avancement")
    assert "déjà en train de se recharger" in page.main
    assert "Refresh" not in page.response.headers


def test_nothing_under_way_leads_back_to_the_moments(app: Flask) -> None:
    assert "Choisir un moment" in Visitor(app).get("/demonstration/avancement").main
    Visitor(app).get("/demonstration/noel/rejouer", status=404)
