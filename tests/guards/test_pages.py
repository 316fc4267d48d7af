"""Every page, as each role: well formed, cheap, silent about people and about what is to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.routing import RequestRedirect

from app.calendar.models import Consultation
from app.calendar.queries import consultation_by_slug
from app.db import db, transaction
from app.embedded import Services
from app.gate import TerritoryKind
from app.identity.models import Person
from app.phases import Phase
from app.seeds import demonstration, people
from app.territories.models import Capacity, Membership
from app.territories.operations import request_membership
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Proposal
from consultation.triage.models import Decision, Outcome
from consultation.triage.operations import group, reject, reorient
from consultation.triage.queries import conservation
from tests import factories
from tests.contributing import draft, submit
from tests.demonstrated import demonstrated
from tests.desk import Desk
from tests.reading import Page, Visitor
from voting.supports.models import Support

BUDGET = 10
# Two pages of each sort say enough: a number, a date or a code says nothing new.
PAGES_PER_SORT = 2
SECRET = "Palimpseste"
ROLES = {
    "visitor": None,
    "secretary": f"secretaire@{people.DOMAIN}",
    "moderator": people.MODERATOR,
    "administrator": people.ADMINISTRATOR,
}
# What no link leads to, and why.
NOT_LINKED = {
    "static": "no page",
    "identity.follow_link": "its address is sent by e-mail",
    "identity.link_sent": "follows a form",
}
VILLAGE = "63332"


@dataclass
class Tour:
    """What one role saw: the pages by address, what each cost, the routes behind them."""

    pages: dict[str, Page] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def shown(services: Services) -> Iterator[Flask]:
    """The demonstration, beside a consultation being sorted and another being collected."""
    with demonstrated(services) as app, app.app_context():
        _sort_in_secret()
        _collect()
        db.session.remove()
        yield app
        db.session.remove()


def _sort_in_secret() -> None:
    """A consultation where everything that must not be known bears the same name."""
    desk = Desk()
    grouped, reoriented, rejected, _waiting = desk.contributions(4)
    desk.contribution(f"{SECRET} retiré", status=Status.WITHDRAWN)
    desk.contribution(f"{SECRET} en préparation", status=Status.DRAFT)
    proposal, scheme = desk.proposal(SECRET, summary=SECRET), desk.scheme("Guichet voisin")
    with transaction():
        group(grouped, proposals=[proposal], ctx=desk.ctx)
        reorient(reoriented, scheme=scheme, reason=SECRET, ctx=desk.ctx)
        reject(rejected, reason=SECRET, ctx=desk.ctx)
    _older(desk.consultation)


def _collect() -> None:
    """A consultation being collected, where the secretary has a draft and a deposit."""
    collecting = factories.consultation(phase=Phase.COLLECTION, title="Un recueil ouvert")
    secretary = _person("secretary")
    assert secretary is not None
    draft(collecting, secretary)
    submit(collecting, secretary, code=VILLAGE)
    with transaction():
        request_membership(
            factories.territory("53", TerritoryKind.REGION), capacity=Capacity.AGENT,
            ctx=factories.acting(factories.person(full_name="Alix Enattente")),
        )  # fmt: skip
    _older(collecting)


def _older(consultation: Consultation) -> None:
    """The demonstration stays the latest, which the pages outside any consultation go by."""
    with transaction():
        found = db.session.get_one(Consultation, consultation.id)
        found.created_at -= timedelta(days=400)


def _person(role: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == ROLES[role]))


def _starts() -> list[str]:
    """Home, and a contribution of each fate, which no link tells apart."""
    base = f"/consultations/{demonstration.SLUG}/contributions"
    found = consultation_by_slug(demonstration.SLUG)
    assert found is not None
    numbers = db.session.execute(
        select(Outcome.decision, func.min(Contribution.number))
        .join(Contribution, Contribution.id == Outcome.contribution_id)
        .where(Contribution.consultation_id == found.id)
        .group_by(Outcome.decision)
    )
    fates = [f"{base}/{number}{end}" for _, number in numbers for end in ("", "/suite")]
    assert len(fates) == 2 * len(Decision)
    return ["/", *fates]


def _addresses(page: Page) -> Iterator[str]:
    """The addresses of the site one can reach from a page, those its pickers ask included."""
    hrefs = list(page.links().values())
    for picker in page.soup.select("[data-source]"):
        source = str(picker["data-source"])
        hrefs.append(f"{source}{'&' if '?' in source else '?'}q=a")
    for href in hrefs:
        parts = urlsplit(urljoin(page.path, href))
        if parts.scheme in {"", "http"} and parts.netloc in {"", "localhost"}:
            yield parts._replace(scheme="", netloc="", fragment="").geturl()


class Guide:
    """Follows every link from home, a few of each sort."""

    def __init__(self, app: Flask, role: str) -> None:
        self.routes = app.url_map.bind("localhost")
        self.visitor = Visitor(app)
        if (person := _person(role)) is not None:
            self.visitor.sign_in(person)
        self.sorts: Counter[tuple[object, ...]] = Counter()
        self.statements = 0
        self.tour = Tour()

    def walk(self) -> Tour:
        waiting, seen = _starts(), set(_starts())
        event.listen(db.engine, "before_cursor_execute", self._count)
        try:
            while waiting:
                page = self._read(waiting.pop())
                for address in _addresses(page):
                    if address not in seen and self._is_new(address):
                        seen.add(address)
                        waiting.append(address)
        finally:
            event.remove(db.engine, "before_cursor_execute", self._count)
        return self.tour

    def _count(self, *_: object) -> None:
        self.statements += 1

    def _read(self, address: str) -> Page:
        self.statements = 0
        answer = self.visitor.ask("GET", address)
        self.tour.costs[address] = self.statements
        assert answer.status_code < 400, f"{address} answered {answer.status_code}"
        page = Page(self.visitor, answer)
        if answer.status_code == 200 and page.soup.html is not None:
            page.check()
        self.tour.pages[address] = page
        self.tour.endpoints.add(self._route(address)[0])
        return page

    def _route(self, address: str) -> tuple[str, str]:
        """The view behind an address, and the consultation it is of."""
        try:
            endpoint, values = self.routes.match(urlsplit(address).path, method="GET")
        except RequestRedirect:
            return "static", ""
        return endpoint, str(values.get("consultation", ""))

    def _is_new(self, address: str) -> bool:
        endpoint, consultation = self._route(address)
        if endpoint == "static":
            return False
        asked = frozenset(name for name, _ in parse_qsl(urlsplit(address).query))
        sort = (endpoint, consultation, asked)
        self.sorts[sort] += 1
        return self.sorts[sort] <= PAGES_PER_SORT


@pytest.fixture(scope="module")
def tours(shown: Flask) -> dict[str, Tour]:
    return {role: Guide(shown, role).walk() for role in ROLES}


@pytest.fixture(autouse=True)
def _settle(shown: Flask) -> Iterator[None]:
    yield
    db.session.rollback()


def test_the_figures_are_those_of_2021(shown: Flask) -> None:
    found = consultation_by_slug(demonstration.SLUG)
    assert found is not None
    kept = conservation(found.id)
    assert (kept.received, kept.grouped, kept.reoriented, kept.rejected) == (476, 391, 81, 4)
    assert (kept.withdrawn, kept.waiting) == (0, 0)
    counters = db.session.scalars(
        select(Proposal.supports_count).where(Proposal.consultation_id == found.id)
    ).all()
    standing = select(func.count()).select_from(Support).where(Support.withdrawn_at.is_(None))
    assert (len(counters), sum(counters), db.session.scalar(standing)) == (67, 531, 531)


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


def _named(text: str, names: set[str]) -> set[str]:
    return {name for name in names if name in text}


def test_no_page_tells_a_visitor_who_anyone_is(tours: dict[str, Tour]) -> None:
    names = {name for name in db.session.scalars(select(Person.full_name)) if name}
    assert len(names) > 100
    for address, page in tours["visitor"].pages.items():
        text = page.text
        assert "@" not in text, f"an address on {address}"
        assert _named(text, names) == set(), address


def test_one_is_told_the_names_of_colleagues_only(tours: dict[str, Tour]) -> None:
    village = factories.territory(VILLAGE)
    members = select(Membership.person_id).where(Membership.territory_id == village.id)
    colleagues = select(Person.full_name).where(Person.id.in_(members))
    others = set(db.session.scalars(select(Person.full_name))) - set(db.session.scalars(colleagues))
    own = ROLES["secretary"] or ""
    for address, page in tours["secretary"].pages.items():
        text = page.text
        assert _named(text, others - {""}) == set(), address
        assert "@" not in text.replace(own, ""), f"an address on {address}"


def test_nothing_is_told_before_its_time_but_to_moderators(tours: dict[str, Tour]) -> None:
    told = {
        role: {address for address, page in tour.pages.items() if SECRET in page.response.text}
        for role, tour in tours.items()
    }
    assert told.pop("moderator"), "moderators do see it: this test would see it too"
    assert set().union(*told.values()) == set()
