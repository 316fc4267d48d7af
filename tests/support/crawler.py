"""Follow every link from home as each role, counting what each page costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import RequestRedirect

from app.calendar.queries import consultation_by_slug
from app.db import db
from app.identity.models import Person
from app.seeds import demonstration, people
from consultation.contributions.models import Contribution
from consultation.triage.models import Decision, Outcome
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor

# Two pages of each sort say enough: a number, a date or a code says nothing new.
PAGES_PER_SORT = 2
ROLES = {
    "visitor": None,
    "secretary": people.CLERK,
    "moderator": people.MODERATOR,
    "administrator": people.ADMINISTRATOR,
    "member": people.CHAIR,
    "referent": people.REFERENT,
    "prefecture": people.PREFECTURE,
}


@dataclass
class Tour:
    """What one role saw: the pages by address, what each cost, the routes behind them."""

    pages: dict[str, Page] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)


def person_as(role: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == ROLES[role]))


def _starts() -> list[str]:
    """Home, and a contribution of each fate, which no link distinguishes."""
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
        if (person := person_as(role)) is not None:
            self.visitor.sign_in(person)
        self.sorts: Counter[tuple[object, ...]] = Counter()
        self.tour = Tour()

    def walk(self) -> Tour:
        waiting, seen = _starts(), set(_starts())
        while waiting:
            page = self._read(waiting.pop())
            for address in _addresses(page):
                if address not in seen and self._is_new(address):
                    seen.add(address)
                    waiting.append(address)
        return self.tour

    def _read(self, address: str) -> Page:
        with statements() as sent:
            answer = self.visitor.ask("GET", address)
        self.tour.costs[address] = len(sent)
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
