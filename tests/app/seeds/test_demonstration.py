"""The demonstration: its figures, its people, its moment, and where it refuses to load."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.calendar.models import Amendment
from app.calendar.queries import consultation_by_slug
from app.context import context_for
from app.db import db
from app.embedded import Services
from app.errors import Conflict
from app.gate import SUPPORT, TRIAGE, Role, allows
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.notifications.models import Outbox
from app.phases import Phase
from app.seeds import demonstration, people
from config import Production
from tests import factories
from tests.dedicated import dedicated
from tests.demonstrated import demonstrated
from tests.reading import Visitor

# What the replay left in the journal of 2021's figures.
EVENTS = {
    "ContributionSubmitted": 476,
    "ContributionGrouped": 391,
    "ContributionReoriented": 81,
    "ContributionRejected": 4,
    "ProposalWritten": 67,
    "ProposalPublished": 67,
    "SupportGiven": 531,
    "WindowSet": 3,
    "WindowAmended": 1,
}


@pytest.fixture(scope="module")
def shown(services: Services) -> Iterator[Flask]:
    with demonstrated(services) as app:
        yield app


@pytest.fixture
def demo(shown: Flask) -> Iterator[Flask]:
    with shown.app_context():
        yield shown


@pytest.mark.usefixtures("demo")
def test_it_went_through_the_operations() -> None:
    counts = db.session.execute(select(JournalEvent.type, func.count()).group_by(JournalEvent.type))
    told = {name: count for name, count in counts if name in EVENTS}
    assert told == EVENTS
    last = db.session.scalar(select(func.max(JournalEvent.recorded_at)))
    assert last is not None
    assert last <= clock.now()
    assert db.session.scalar(select(func.count()).select_from(Outbox)) == 0


@pytest.mark.usefixtures("demo")
def test_today_is_within_the_support_phase_which_was_moved_with_a_reason() -> None:
    found = consultation_by_slug(demonstration.SLUG)
    assert found is not None
    calendar = found.calendar()
    assert [window.phase for window in calendar.open_windows(clock.now())] == [Phase.SUPPORT]
    assert calendar.proposals_published_at is not None
    assert db.session.scalars(select(Amendment.reason)).one().strip()
    assert all(clock.in_paris(window.closes_at).hour == 0 for window in calendar.windows)


def test_every_sign_in_it_prints_is_someone_who_may_do_what_it_says(demo: Flask) -> None:
    found = consultation_by_slug(demonstration.SLUG)
    printed = [line.split()[0] for line in demonstration.sign_ins().splitlines()]
    contexts = {}
    for email in printed:
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        assert person.profile_complete
        contexts[email] = context_for(person, found)
        Visitor(demo).sign_in(person).get("/mon-compte")
    assert contexts[people.ADMINISTRATOR].actor.is_appointed(Role.ADMINISTRATOR, None)
    assert allows(contexts[people.MODERATOR], TRIAGE)
    village = factories.territory("63332")
    for name in ("secretaire", "maire"):
        assert allows(contexts[f"{name}@{people.DOMAIN}"], SUPPORT, village)


@pytest.mark.usefixtures("demo")
def test_nobody_in_it_has_an_address_of_the_real_world() -> None:
    domains = {email.partition("@")[2] for email in db.session.scalars(select(Person.email))}
    assert domains == {people.DOMAIN}


@pytest.mark.usefixtures("demo")
def test_it_does_not_load_twice() -> None:
    with pytest.raises(Conflict, match="base vide"):
        demonstration.load()


def test_it_loads_over_nothing_else(app: Flask) -> None:
    assert demonstration.database_is_empty()
    assert not demonstration.is_loaded()
    factories.person()
    with pytest.raises(Conflict, match="base vide"):
        demonstration.load()
    said = app.test_cli_runner().invoke(args=["demo"])
    assert said.exit_code == 1
    assert "La démonstration ne se charge que dans une base vide." in said.output
    assert "Traceback" not in said.output
    assert db.session.scalar(select(func.count()).select_from(JournalEvent)) == 0


def test_it_never_loads_in_production(app: Flask, services: Services) -> None:
    settings = {
        "SECRET_KEY": "x", "SERVER_NAME": "exemple.fr", "TRUSTED_PROXIES": "0", "MAIL_SERVER": "x",
        "MAIL_DEFAULT_SENDER": "x@exemple.fr",
    }  # fmt: skip
    with (
        dedicated(services, environment=Production, environ=settings) as production,
        production.app_context(),
        pytest.raises(Conflict, match="jamais en production"),
    ):
        demonstration.load()
    assert demonstration.database_is_empty()
