"""The same link at the same time, in real transactions."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.gate.actors import NOBODY, Context, Role
from app.identity.appointments.operations import appoint, appoint_first_administrator
from app.identity.models import Appointment, Person, Session, SignInLink
from app.identity.operations import (
    close_session,
    consume_link,
    open_session,
    person_at,
    request_link,
    rotate_session,
)
from app.identity.rules import CODE_TRIES
from app.tokens import sign_in_code, sign_in_token
from tests.support import factories
from tests.support.sign_in import EMAIL, count
from tests.support.strict_browser import Form, Visitor
from tests.support.threads import Race

BROWSER = "the secret of a browser"
# The link is consumed by fifty always; the others by fewer, unless all is proved.
FIFTY = 50
TABS = FIFTY if os.environ.get("PROOFS") == "full" else 12


def _link(app: Flask) -> str:
    with transaction():
        link = request_link(EMAIL, browser=BROWSER, ctx=Context(NOBODY, clock.now()))
        return sign_in_token(app.config["SECRET_KEY"], link.id)


def _tabs(app: Flask, how_many: int) -> list[Visitor]:
    """As many tabs of the browser that asked, each with a copy of its cookie."""
    tabs = [Visitor(app) for _ in range(how_many)]
    for tab in tabs:
        with tab.client.session_transaction() as cookie:
            cookie["browser"] = BROWSER
            cookie["asked_by"] = EMAIL
    return tabs


def _together(forms: list[Form], **typed: str) -> Counter[tuple[int, str]]:
    """Send forms all at once; what was answered, and where it led."""
    start = Barrier(len(forms))

    def send(form: Form) -> tuple[int, str]:
        start.wait(30)
        answer = form.visitor.ask("POST", form.action, data={**form.fields, **typed})
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(forms)) as pool:
        return Counter(pool.map(send, forms))


@pytest.mark.proof
def test_a_link_confirmed_fifty_times_at_once_opens_one_session(app: Flask) -> None:
    """Seen red: `_consumed` reading the link, then writing to it, opened several sessions."""
    path = f"/connexion/lien/{_link(app)}"
    forms = [tab.get(path).form(button="Me connecter") for tab in _tabs(app, FIFTY)]
    answers = _together(forms)
    assert answers == {(303, "/mon-compte/profil"): 1, (409, ""): FIFTY - 1}
    assert (count(Session), count(Person)) == (1, 1)


@pytest.mark.proof
def test_a_code_typed_fifty_times_at_once_opens_one_session(app: Flask) -> None:
    token = _link(app)
    code = sign_in_code(app.config["SECRET_KEY"], UUID(token[:32]))
    forms = [tab.get("/connexion/envoyee").form(button="avec ce code") for tab in _tabs(app, TABS)]
    answers = _together(forms, code=code)
    assert answers == {(303, "/mon-compte/profil"): 1, (303, "/connexion/envoyee"): TABS - 1}
    assert count(Session) == 1


@pytest.mark.proof
def test_fifty_guesses_at_once_are_five(app: Flask) -> None:
    """Seen red: counting the tries from the row read, fifty guesses counted for one."""
    _link(app)
    forms = [tab.get("/connexion/envoyee").form(button="avec ce code") for tab in _tabs(app, TABS)]
    assert _together(forms, code="AAAA-AAAA") == {(303, "/connexion/envoyee"): TABS}
    assert db.session.scalars(select(SignInLink.tries)).one() == CODE_TRIES
    refused = [form.visitor.get("/connexion/envoyee").main for form in forms]
    assert sum("n’est pas celui du dernier message" in page for page in refused) == CODE_TRIES


def test_who_comes_second_waits_and_reads_that_the_link_is_spent(app: Flask) -> None:
    token = _link(app)
    race = Race(app)
    ctx = Context(NOBODY, clock.now())
    first = race.start(lambda: consume_link(token, browser=BROWSER, ctx=ctx), uncommitted=True)
    second = race.start(lambda: consume_link(token, browser=BROWSER, ctx=ctx))
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    assert "a déjà servi" in str(second.exception(60))


def test_a_session_revoked_while_it_is_renewed_stays_revoked(app: Flask) -> None:
    person = factories.person()
    with transaction():
        session, _ = open_session(person, ctx=Context(NOBODY, clock.now()))
    ctx = factories.acting(person)
    db.session.rollback()
    race = Race(app)
    first = race.start(lambda: close_session(session.id, ctx=ctx), uncommitted=True)
    second = race.start(lambda: rotate_session(session, ctx=ctx))
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    assert "a pris fin" in str(second.exception(60))


def test_a_person_met_twice_at_once_is_one_person(app: Flask) -> None:
    race = Race(app)
    ctx = Context(NOBODY, clock.now())
    first = race.start(lambda: person_at(EMAIL, ctx=ctx).id, uncommitted=True)
    second = race.start(lambda: person_at("Maire@exemple.fr", ctx=ctx).id)
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == second.result(60)
    assert count(Person) == 1


def test_an_appointment_made_twice_at_once_is_one_appointment(app: Flask) -> None:
    contexts = [factories.acting(factories.administrator()) for _ in range(2)]
    someone = factories.person(email=EMAIL)
    db.session.rollback()
    race = Race(app)
    first = race.start(lambda: appoint(EMAIL, Role.MODERATOR, ctx=contexts[0]).id, uncommitted=True)
    second = race.start(lambda: appoint(EMAIL, Role.MODERATOR, ctx=contexts[1]).id)
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == second.result(60)
    mine = select(func.count()).select_from(Appointment).where(Appointment.person_id == someone.id)
    assert db.session.scalar(mine) == 1


def test_two_commands_at_once_appoint_one_first_administrator(app: Flask) -> None:
    race = Race(app)
    ctx = Context(NOBODY, clock.now())
    first = race.start(
        lambda: appoint_first_administrator("a@exemple.fr", ctx=ctx).id, uncommitted=True
    )
    second = race.start(lambda: appoint_first_administrator("b@exemple.fr", ctx=ctx).id)
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    assert "déjà une administration" in str(second.exception(60))
    assert count(Appointment) == 1
