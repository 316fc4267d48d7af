"""The same link at the same time, in real transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.gate import NOBODY, Context, Role
from app.identity.models import Appointment, Person, Session
from app.identity.operations import (
    appoint,
    appoint_first_administrator,
    consume_link,
    person_at,
    request_link,
)
from app.identity.rules import link_token
from tests import factories
from tests.racing import Race
from tests.reading import Visitor

EMAIL = "maire@exemple.fr"
BROWSERS = 4


def _count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _link(app: Flask) -> str:
    with transaction():
        link = request_link(EMAIL, ctx=Context(NOBODY, clock.now()))
        return link_token(app.config["SECRET_KEY"], link.id)


def test_a_link_confirmed_in_several_browsers_at_once_opens_one_session(app: Flask) -> None:
    path = f"/connexion/lien/{_link(app)}"
    browsers = [Visitor(app) for _ in range(BROWSERS)]
    forms = [browser.get(path).form(button="Me connecter") for browser in browsers]
    start = Barrier(BROWSERS)

    def confirm(number: int) -> int:
        start.wait(10)
        answer = browsers[number].ask("POST", path, data=forms[number].fields)
        return answer.status_code

    with ThreadPoolExecutor(BROWSERS) as pool:
        answers = sorted(pool.map(confirm, range(BROWSERS)))
    assert answers == [303, 409, 409, 409]
    assert (_count(Session), _count(Person)) == (1, 1)


def test_who_comes_second_waits_and_is_told_the_link_is_spent(app: Flask) -> None:
    token = _link(app)
    race = Race(app)
    ctx = Context(NOBODY, clock.now())
    first = race.start(lambda: consume_link(token, ctx=ctx), held=True)
    second = race.start(lambda: consume_link(token, ctx=ctx))
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    assert "a déjà servi" in str(second.exception(60))


def test_a_person_met_twice_at_once_is_one_person(app: Flask) -> None:
    race = Race(app)
    ctx = Context(NOBODY, clock.now())
    first = race.start(lambda: person_at(EMAIL, ctx=ctx).id, held=True)
    second = race.start(lambda: person_at("Maire@exemple.fr", ctx=ctx).id)
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == second.result(60)
    assert _count(Person) == 1


def test_an_appointment_made_twice_at_once_is_one_appointment(app: Flask) -> None:
    contexts = [factories.acting(factories.administrator()) for _ in range(2)]
    someone = factories.person(email=EMAIL)
    db.session.rollback()
    race = Race(app)
    first = race.start(lambda: appoint(EMAIL, Role.MODERATOR, ctx=contexts[0]).id, held=True)
    second = race.start(lambda: appoint(EMAIL, Role.MODERATOR, ctx=contexts[1]).id)
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == second.result(60)
    mine = select(func.count()).select_from(Appointment).where(Appointment.person_id == someone.id)
    assert db.session.scalar(mine) == 1


def test_two_commands_at_once_appoint_one_first_administrator(app: Flask) -> None:
    race = Race(app)
    ctx = Context(NOBODY, clock.now())
    first = race.start(lambda: appoint_first_administrator("a@exemple.fr", ctx=ctx).id, held=True)
    second = race.start(lambda: appoint_first_administrator("b@exemple.fr", ctx=ctx).id)
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    assert "déjà une administration" in str(second.exception(60))
    assert _count(Appointment) == 1
