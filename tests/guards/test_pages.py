"""Every page, as each role: well formed, cheap, silent about people and about what is to come."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.authority.memberships.models import Membership
from app.db import db
from app.embedded import Services
from app.identity.models import Person
from app.seeds import corpus
from app.seeds.story import Moment
from tests.support import factories, moments
from tests.support.crawler import ROLES, Guide, Tour, person_as
from tests.support.demonstration import demonstrated
from tests.support.moments import HIDDEN, SECRET, VILLAGE
from tests.support.strict_browser import Visitor
from tests.support.weights import kilobytes, wire

BUDGET = 10
# What no link leads to, and why.
NOT_LINKED = {
    "static": "no page",
    "identity.follow_link": "its address is sent by e-mail",
    "identity.link_sent": "follows a form",
    "invitations.accept": "its address is sent by e-mail",
    "contests.contest": "its address is sent by e-mail",
    "contest_acts.annul": "follows a decision",
    "contest_acts.restore": "follows a decision",
    "contest_acts.leave_rest": "follows a decision",
    "contest_replies.reply": "for whoever is suspended",
    "stepup.enrol": "follows a form",
    "stepup.confirm": "the gate leads there whoever has not confirmed",
    "health.alive": "for whoever watches over the platform",
    "health.ready": "for whoever watches over the platform",
    "health.robots": "for robots",
    "health.security": "for whoever finds a weakness, and there is nobody to tell here",
    "demonstration.progress": "while a replay is under way",
}


@pytest.fixture(scope="module")
def shown(services: Services) -> Iterator[Flask]:
    """The demonstration, beside consultations at the moments it is past."""
    with demonstrated(services) as app, app.app_context():
        moments.prepare_a_draft()
        moments.sort_in_secret()
        moments.collect()
        moments.belong()
        moments.mandate()
        moments.moderate()
        moments.correct()
        moments.decide_in_secret()
        moments.choose_in_secret()
        db.session.remove()
        yield app
        db.session.remove()


@pytest.fixture(scope="module")
def tours(shown: Flask) -> dict[str, Tour]:
    return {role: Guide(shown, role).walk() for role in ROLES}


@pytest.fixture(autouse=True)
def _settle(shown: Flask) -> Iterator[None]:
    yield
    db.session.rollback()


def test_every_route_one_can_read_was_reached_by_links(
    shown: Flask, tours: dict[str, Tour]
) -> None:
    reached = {endpoint for tour in tours.values() for endpoint in tour.endpoints}
    readable = {
        rule.endpoint for rule in shown.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    assert readable - reached == set(NOT_LINKED)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_costs_few_statements(tours: dict[str, Tour], role: str) -> None:
    costs = tours[role].costs
    assert len(costs) > 30
    assert {address: cost for address, cost in costs.items() if cost > BUDGET} == {}


def _is_development(address: str) -> bool:
    """The pages that exist on one's own machine only name who one can sign in as."""
    return urlsplit(address).path.startswith(("/demonstration", "/developpement"))


def _named(text: str, names: set[str]) -> set[str]:
    return {name for name in names if name in text}


def test_no_page_shows_a_visitor_who_anyone_is(tours: dict[str, Tour]) -> None:
    names = {name for name in db.session.scalars(select(Person.full_name)) if name}
    assert len(names) > 100
    for address, page in tours["visitor"].pages.items():
        text = page.text
        assert "@" not in text or _is_development(address), f"an address on {address}"
        assert _named(text, names) == set(), address


def test_one_reads_the_names_of_colleagues_only(tours: dict[str, Tour]) -> None:
    village = factories.territory(VILLAGE)
    members = select(Membership.person_id).where(Membership.territory_id == village.id)
    # Those a mandate of theirs names are no strangers to them either.
    known_to_them = Person.id.in_(members) | (Person.full_name == moments.HELPER)
    colleagues = select(Person.full_name).where(known_to_them)
    others = set(db.session.scalars(select(Person.full_name))) - set(db.session.scalars(colleagues))
    # One reads the addresses of colleagues who ask, and the official mailbox, which is public.
    known = set(db.session.scalars(select(Person.email).where(known_to_them)))
    for address, page in tours["secretary"].pages.items():
        if _is_development(address):
            continue
        text = page.text
        assert _named(text, others - {""}) == set(), address
        for email in known:
            text = text.replace(email, "")
        assert "@" not in text, f"an address on {address}"


def test_nothing_is_shown_before_its_time_but_to_those_who_decide(tours: dict[str, Tour]) -> None:
    shown = {
        role: {address for address, page in tour.pages.items() if SECRET in page.body}
        for role, tour in tours.items()
    }
    for role in ("moderator", "member"):
        assert shown.pop(role), "they do see it: this test would see it too"
    assert set().union(*shown.values()) == set()


def test_a_hidden_text_is_read_by_the_moderators_only(tours: dict[str, Tour]) -> None:
    seen = {
        role: {address for address, page in tour.pages.items() if HIDDEN in page.body}
        for role, tour in tours.items()
    }
    assert seen.pop("moderator"), "they do see it: this test would see it too"
    assert set().union(*seen.values()) == set()


def test_those_who_decide_read_none_of_it_until_they_confirm(
    shown: Flask, tours: dict[str, Tour]
) -> None:
    for role in ("moderator", "member"):
        person = person_as(role)
        assert person is not None
        unconfirmed = Visitor(shown).sign_in(person, stepped_up=False)
        for address, page in tours[role].pages.items():
            if SECRET in page.body:
                assert SECRET not in unconfirmed.ask("GET", address).text, address


def test_no_reason_of_the_committee_is_shown_before_its_publication(services: Services) -> None:
    reasons = {decided.reason for decided in corpus.decisions()}
    with demonstrated(services, Moment.COPIL) as app, app.app_context():
        visited = Guide(app, "visitor").walk()
        decided = Guide(app, "member").walk()
        db.session.remove()
    assert len(visited.pages) > 30
    shown = {address for address, page in visited.pages.items() if _named(page.text, reasons)}
    assert shown == set()
    seen = set().union(*(_named(page.text, reasons) for page in decided.pages.values()))
    assert seen, "the committee does see them: this test would see them too"


def test_home_is_light(shown: Flask) -> None:
    weights = wire(shown, "/")
    assert kilobytes(weights, ".css") <= 40
    assert kilobytes(weights, ".js") <= 40
    assert kilobytes(weights, ".woff2") > 10, "the fonts count"
    assert kilobytes(weights) <= 150, weights
