"""The cells of the table, performed for good: by the operation, upon what is in the database.

What the gate cannot know is read there: what is not public, what is of another consultation, whose
right is contested or has run out. Pages are asked for what only their address can say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.errors import DomainError
from app.gate import verbs
from app.gate.actors import Context
from app.gate.verb import Verb
from app.phases import Phase
from app.seeds.erasing import erase
from tests.authority.matrix.answers import answer_of, differences, performed
from tests.authority.matrix.belonging import BELONGING
from tests.authority.matrix.case import Case
from tests.authority.matrix.consulting import CONSULTING
from tests.authority.matrix.pages import ADDRESSES, READING, Browsers
from tests.authority.matrix.sites import Site, World
from tests.authority.matrix.table import TABLE, verb_of

VERBS = {value.name: value for value in vars(verbs).values() if isinstance(value, Verb)}
DOORS = {**BELONGING, **CONSULTING}
DAY = timedelta(days=1)
# When one may act, in days after the consultations were made: see `factories.consultation`.
DURING = {Phase.COLLECTION: 0, Phase.SUPPORT: 30, Phase.AMI: 60}
AFTER = {Phase.COLLECTION: 12, Phase.SUPPORT: 45, Phase.AMI: 85}
# What is performed: always, or when the answers are not those of one’s own.
ALWAYS = ("own", "unpublished", "crossed", "via")
WHEN_IT_CHANGES = ("other", "contested", "expired")
# What bears on public proposals, and on what the committee selected among them.
VOTES = {
    "proposal:assess",
    "proposal:support",
    "support:withdraw",
    "act:annul support",
    "act:restore support",
    "proposal:decide",
}
CALLS = {
    "ami:refer",
    "ami:join",
    "ami:leave",
    "act:annul participation",
    "act:restore participation",
    "service:choose",
}
# By verb, the site where what it bears on is public, and the one where it is not yet.
SITES = {
    **dict.fromkeys(VOTES, ("voting", "sorting")),
    **dict.fromkeys(CALLS, ("calling", "voting")),
    "selection:publish": ("voting", "voting"),
    "publication:correct": ("voting", "sorting"),
    "services:publish": ("calling", "calling"),
}
BEFORE_ANYTHING_IS_PUBLIC = ("sorting", "sorting")


def _cells(*, of_pages: bool) -> list[tuple[str, str]]:
    """The cells to perform: by a page when it reads, by the operation when it writes."""
    changing = [
        (verb, situation)
        for verb, situation in TABLE.arising(*WHEN_IT_CHANGES)
        if TABLE.cells[verb, situation] != TABLE.cells[verb, "own"]
    ]
    return [
        (verb, situation)
        for verb, situation in TABLE.arising(*ALWAYS) + changing
        if of_pages is (verb in READING)
    ]


@pytest.fixture(scope="module")
def world(application: Flask) -> Iterator[World]:
    """Everyone and everything, committed once; each test gives up what it does."""
    with application.app_context():
        yield World()
        db.session.remove()
        erase()


@pytest.fixture(scope="module")
def browsers(application: Flask, world: World) -> Browsers:
    return Browsers(application, world.people)


@pytest.fixture(autouse=True)
def _give_up(world: World) -> Iterator[None]:
    yield
    db.session.rollback()


def _sites(world: World, verb: str, situation: str) -> tuple[Site, Site]:
    """The consultation one acts in, and the one where what one acts upon is."""
    name = SITES.get(verb, BEFORE_ANYTHING_IS_PUBLIC)[situation == "unpublished"]
    return world.sites[name], (world.twins if situation == "crossed" else world.sites)[name]


def _instant(verb: Verb, made_at: datetime) -> datetime:
    days = DURING[verb.phase] if verb.phase else AFTER[verb.after] if verb.after else 0
    return made_at + days * DAY


def _answer(case: Case, verb: str) -> str:
    attempt = db.session.begin_nested()
    try:
        DOORS[verb](case)
    except DomainError as error:
        return answer_of(error)
    finally:
        attempt.rollback()
    return "yes"


def _assert_said(verb: str, situation: str, answered: dict[str, str]) -> None:
    said = {role: performed(cell) for role, cell in TABLE.cells[verb, situation].items()}
    assert answered == said, differences(answered, said)


@pytest.mark.parametrize(("name", "situation"), _cells(of_pages=False))
def test_the_operation_answers_what_the_table_says(world: World, name: str, situation: str) -> None:
    acted_in, acted_upon = _sites(world, name, situation)
    instant, answered = _instant(VERBS[verb_of(name)], clock.now()), {}
    expired = situation == "expired"
    with clock.at(instant), world.people.running_out(instant) if expired else nullcontext():
        if situation == "contested":
            world.people.contest_what_they_rely_on(instant)
        for role in TABLE.roles:
            actor = world.people.actor(role, situation)
            ctx = Context(actor, instant, acted_in.calendar, stepped_up=True)
            answered[role] = _answer(Case(world, situation, acted_upon, ctx), name)
    _assert_said(name, situation, answered)


@pytest.mark.parametrize(("name", "situation"), _cells(of_pages=True))
def test_the_page_answers_what_the_table_says(
    world: World, browsers: Browsers, name: str, situation: str
) -> None:
    acted_in, acted_upon = _sites(world, name, situation)
    answered = {
        role: browsers.answer(role, name, situation, acted_in, acted_upon) for role in TABLE.roles
    }
    _assert_said(name, situation, answered)


@pytest.mark.parametrize("name", sorted({*ADDRESSES} - {*READING}))
def test_no_address_leads_to_what_is_in_another_consultation(
    world: World, browsers: Browsers, name: str
) -> None:
    acted_in, acted_upon = _sites(world, name, "crossed")
    for role, own in TABLE.cells[name, "own"].items():
        answered = browsers.answer(role, name, "crossed", acted_in, acted_upon)
        assert answered == "404" or (answered == own == "no"), role


def test_every_verb_is_performed_and_every_answer_the_gate_does_not_give() -> None:
    assert {*DOORS, *READING} == {verb for verb, _situation in TABLE.cells}
    beyond = {cell for cell, said in TABLE.cells.items() if any(map(str.isdigit, said.values()))}
    assert beyond <= {*_cells(of_pages=False), *_cells(of_pages=True)}
