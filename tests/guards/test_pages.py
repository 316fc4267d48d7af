"""Every page of the demonstration, as each role: well formed, cheap, and silent about people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.db import db
from app.identity.models import Person
from app.seeds import demonstration, people
from consultation.proposals.models import Proposal
from consultation.triage.queries import conservation
from tests.conftest import erase
from tests.reading import Visitor
from voting.supports.models import Support

BUDGET = 10
BASE = f"/consultations/{demonstration.SLUG}"
# One page of each sort is enough: a page's number, date or code says nothing new.
PAGES_PER_SORT = 2
ROLES = {
    "visitor": None,
    "secretary": f"secretaire@{people.DOMAIN}",
    "moderator": people.MODERATOR,
    "administrator": people.ADMINISTRATOR,
}


@pytest.fixture(scope="module")
def demonstrated(application: Flask) -> Iterator[Flask]:
    """The whole demonstration, loaded once for this file."""
    with application.app_context():
        demonstration.load()
        db.session.remove()
    yield application
    erase(application)


def test_the_figures_of_2021_are_those_of_the_demonstration(demonstrated: Flask) -> None:
    with demonstrated.app_context():
        proposals = db.session.scalars(select(Proposal)).all()
        kept = conservation(proposals[0].consultation_id)
        assert (kept.received, kept.grouped, kept.reoriented, kept.rejected) == (476, 391, 81, 4)
        assert (kept.withdrawn, kept.waiting) == (0, 0)
        assert len(proposals) == 67
        standing = db.session.scalar(select(func.count()).select_from(Support))
        assert standing == 531 == sum(proposal.supports_count for proposal in proposals)


def _sort(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|\d[\dAB]*", "n", urlsplit(path).path)


def _inside(page_path: str, href: str) -> str:
    parts = urlsplit(urljoin(page_path, href))
    outside = parts.netloc not in {"", "localhost"} or parts.path.startswith("/static/")
    return "" if outside else parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_one_can_reach_holds(demonstrated: Flask, role: str) -> None:
    visitor, statements = Visitor(demonstrated), [0]
    if email := ROLES[role]:
        with demonstrated.app_context():
            visitor.sign_in(db.session.scalars(select(Person).where(Person.email == email)).one())
    with demonstrated.app_context():
        engine = db.engine

    def count(*_: object) -> None:
        statements[0] += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        costs = _crawl(visitor, statements, private=role == "visitor")
    finally:
        event.remove(engine, "before_cursor_execute", count)
    dear = {path: cost for path, cost in costs.items() if cost > BUDGET}
    assert dear == {}
    assert len(costs) > 15


def _crawl(visitor: Visitor, statements: list[int], *, private: bool) -> dict[str, int]:
    """Follow links from home; what each page cost, in SQL statements."""
    waiting, seen, sorts, costs = ["/"], {"/"}, {"/": 1}, {}
    while waiting:
        path = waiting.pop()
        statements[0] = 0
        page = visitor.get(path)
        costs[path] = statements[0]
        if private:
            assert "@" not in page.text, f"an address on {path}"
            assert "Exemple" not in page.text, f"a name on {path}"
            assert not re.search(r"Personne \d{3}|Soutien \d{3}", page.text), f"a name on {path}"
        for href in page.links().values():
            found = _inside(page.path, href)
            sort = _sort(found)
            if not found or found in seen or sorts.get(sort, 0) >= PAGES_PER_SORT:
                continue
            seen.add(found)
            sorts[sort] = sorts.get(sort, 0) + 1
            waiting.append(found)
    return costs
