"""The pages people open most, and the supports they give: how long, and how many SQL statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from flask import Flask
from sqlalchemy import event, select

from app import clock
from app.calendar.queries import consultation_by_slug
from app.context import context_for
from app.db import db, transaction
from app.embedded import Services
from app.gate.actors import NOBODY, Context, TerritoryKind
from app.identity.models import Person
from app.identity.operations import open_session
from app.phases import Phase
from app.seeds.demonstration import SLUG
from app.territories.models import Territory
from benchmarks.territories import Measure
from consultation.proposals.models import Proposal
from voting.supports.operations import give_support, withdraw_support

REPEATS = 40
BASE = f"/consultations/{SLUG}"
PATHS = {
    "home": "/",
    "contributions": f"{BASE}/contributions",
    "contributions, search": f"{BASE}/contributions?q=cimetière",
    "a contribution": f"{BASE}/contributions/42",
    "proposals": f"{BASE}/propositions",
    "a proposal": f"{BASE}/propositions/1",
    "journal": f"{BASE}/journal",
    "territory search": "/territoires/recherche?q=saint",
}


def run(app: Flask, _services: Services) -> list[Measure]:
    """Measure pages as a signed-in secretary gets them, then supports one after another."""
    return [*_pages(app), *_supports()]


def _pages(app: Flask) -> Iterator[Measure]:
    client = app.test_client()
    person = _secretary()
    with transaction():
        _, token = open_session(person, ctx=Context(NOBODY, clock.now()))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    for name, path in PATHS.items():
        times = []
        statements = 0
        for _ in range(REPEATS):
            with _counted() as count:
                start = perf_counter()
                answer = client.get(path)
                times.append(1000 * (perf_counter() - start))
            assert answer.status_code == 200, path
            statements = count[0]
        times.sort()
        yield f"page: {name}", "p50", times[REPEATS // 2], "ms", f"{statements} SQL statements"
        yield f"page: {name}", "p95", times[REPEATS * 95 // 100], "ms", f"{REPEATS} times"


def _supports() -> Iterator[Measure]:
    person = _secretary()
    consultation = consultation_by_slug(SLUG)
    assert consultation is not None
    commune = db.session.scalars(
        select(Territory).where(Territory.kind == TerritoryKind.COMMUNE, Territory.code == "63332")
    ).one()
    proposals = db.session.scalars(select(Proposal).order_by(Proposal.number)).all()
    window = consultation.calendar().window(Phase.SUPPORT)
    assert window is not None
    start = perf_counter()
    for proposal in proposals:
        for act in (withdraw_support, give_support):
            with clock.at(window.opens_at), transaction(quietly=True):
                act(proposal, on_behalf_of=commune, ctx=context_for(person, consultation))
    seconds = perf_counter() - start
    rate = 2 * len(proposals) / seconds
    yield "supports", "acts committed", rate, "/s", "one connection, give and withdraw"


def _secretary() -> Person:
    return db.session.scalars(select(Person).where(Person.email == "secretaire@exemple.fr")).one()


@contextmanager
def _counted() -> Iterator[list[int]]:
    count = [0]

    def add(*_: object) -> None:
        count[0] += 1

    event.listen(db.engine, "before_cursor_execute", add)
    try:
        yield count
    finally:
        event.remove(db.engine, "before_cursor_execute", add)
