"""Each moment is where it says, and everyone one can sign in as may do then what is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.authority.mandates.queries import territories_acted_for
from app.calendar.models import Amendment
from app.calendar.queries import consultation_by_slug
from app.context import context_for
from app.db import db
from app.embedded import Services
from app.gate.refusals import allows
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Step
from app.seeds import demonstration, people
from app.seeds.signing import SIGN_INS
from app.seeds.story import AMI, COLLECTION, SUPPORT, Moment, Story
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from tests.support.demonstration import demonstrated, loaded
from tests.support.strict_browser import Visitor
from voting.ami.models import Participation
from voting.copil.models import Verdict
from voting.supports.models import Support

STEPS = {
    Moment.COLLECTION: Step.COLLECTION,
    Moment.TRIAGE: Step.GROUPING,
    Moment.SUPPORT: Step.SUPPORT,
    Moment.COPIL: Step.SELECTION,
    Moment.AMI: Step.AMI,
    Moment.CHOICE: Step.LAUREATES,
    Moment.SERVICES: Step.SERVICES,
}


@pytest.fixture(scope="module", params=list(Moment))
def shown(request: pytest.FixtureRequest, services: Services) -> Iterator[tuple[Moment, Flask]]:
    """Each moment as the demonstration passes it; loaded for it alone at full figures."""
    at = loaded if os.environ.get("PROOFS") == "full" else demonstrated
    with at(services, request.param) as app:
        yield request.param, app


@pytest.fixture
def moment(shown: tuple[Moment, Flask]) -> Iterator[Moment]:
    with shown[1].app_context():
        yield shown[0]


def _count(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.proof
def test_it_is_where_it_says(moment: Moment) -> None:
    found = consultation_by_slug(demonstration.SLUG)
    assert found is not None
    calendar, now = found.calendar(), clock.now()
    assert calendar.current(now) is STEPS[moment]
    assert demonstration.present_moment() is moment
    assert all(clock.in_paris(window.closes_at).hour == 0 for window in calendar.windows)
    last = db.session.scalar(select(func.max(JournalEvent.recorded_at)))
    assert last is not None
    assert last <= now


@pytest.mark.proof
def test_it_contains_what_had_happened_by_then(moment: Moment) -> None:
    counts = tuple(_count(model) for model in (Contribution, Support, Verdict, Participation))
    expected = {
        Moment.COLLECTION: (238, 0, 0, 0),
        Moment.TRIAGE: (476, 0, 0, 0),
        Moment.SUPPORT: (476, 443, 0, 0),
        Moment.COPIL: (476, 531, 52, 0),
        Moment.AMI: (476, 531, 67, 50),
        Moment.CHOICE: (476, 531, 67, 109),
        Moment.SERVICES: (476, 531, 67, 109),
    }
    assert counts == expected[moment]
    if moment is not Moment.COLLECTION:
        assert db.session.scalars(select(Amendment.reason)).one().strip()
    assessed = db.session.scalar(select(func.count(Proposal.maturity)))
    assert assessed == (0 if moment in {Moment.COLLECTION, Moment.TRIAGE, Moment.SUPPORT} else 67)


@pytest.mark.proof
def test_everyone_it_names_may_do_what_it_says(moment: Moment, shown: tuple[Moment, Flask]) -> None:
    found = consultation_by_slug(demonstration.SLUG)
    for sign_in in SIGN_INS:
        person = db.session.scalars(select(Person).where(Person.email == sign_in.email)).one()
        assert person.profile_complete
        Visitor(shown[1]).sign_in(person).get("/mon-compte")
        if verb := sign_in.may.get(moment):
            ctx = context_for(person, found)
            territory = next((acted.territory for acted in territories_acted_for(ctx, verb)), None)
            subject = sign_in.departement_code or territory
            assert allows(ctx, verb, subject), (sign_in.email, verb.name)


def test_the_page_marks_the_moment_and_names_everyone(
    moment: Moment, shown: tuple[Moment, Flask]
) -> None:
    page = Visitor(shown[1]).get("/").click("La démonstration")
    assert [item.h3.get_text() for item in page.soup.select("[aria-current=true]") if item.h3] == [
        moment.label
    ]
    for sign_in in SIGN_INS:
        assert sign_in.email in page.main


@pytest.mark.usefixtures("moment")
def test_nobody_in_it_has_an_address_of_the_real_world() -> None:
    domains = {email.partition("@")[2] for email in db.session.scalars(select(Person.email))}
    assert domains == {people.DOMAIN}


def test_acts_follow_paris_clocks_on_the_day_they_change() -> None:
    timeline = Story(Moment.COLLECTION, date(2026, 3, 29))
    today = Moment.COLLECTION.day
    assert timeline.instant(today) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert timeline.instant(today - 1) == datetime(2026, 3, 28, 7, tzinfo=UTC)


def test_phases_follow_one_another_without_overlap() -> None:
    assert COLLECTION[1] < SUPPORT[0] <= SUPPORT[1] < AMI[0]
