"""A session ends when it is not used, is renewed when its person changes, and is listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.embedded import Services
from app.errors import Conflict
from app.identity.models import Session
from app.identity.operations import close_session, open_session, rotate_session
from app.identity.queries import session_by_token
from app.jobs import connection
from tests.support import factories
from tests.support.applications import closed_port, dedicated
from tests.support.sign_in import is_signed_in
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

FORTNIGHT = timedelta(days=14)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("later", "signed_in"), [(FORTNIGHT - timedelta(seconds=1), True), (FORTNIGHT, False)]
)
def test_a_session_not_used_for_a_fortnight_ends(
    visitor: Visitor, later: timedelta, signed_in: bool
) -> None:
    start = clock.now()
    with clock.at(start):
        visitor.sign_in(factories.person())
        assert is_signed_in(visitor)
    with clock.at(start + later):
        assert is_signed_in(visitor) is signed_in


def test_using_it_keeps_it(visitor: Visitor) -> None:
    start = clock.now()
    with clock.at(start):
        visitor.sign_in(factories.person())
    for days in (10, 20, 29):
        with clock.at(start + timedelta(days=days)):
            assert is_signed_in(visitor)


def test_these_durations_are_settings(services: Services) -> None:
    durations = {"SESSION_DAYS": "3", "SESSION_IDLE_DAYS": "2"}
    person, start = factories.person(), clock.now()
    with dedicated(services, environ=durations) as brief:
        idle, used = Visitor(brief), Visitor(brief)
        with clock.at(start):
            idle.sign_in(person)
            used.sign_in(person)
        with clock.at(start + timedelta(days=2, seconds=-1)):
            assert is_signed_in(used)
        with clock.at(start + timedelta(days=2)):
            assert not is_signed_in(idle)
            assert is_signed_in(used)
        with clock.at(start + timedelta(days=3)):
            assert not is_signed_in(used)


def test_when_it_was_last_used_is_written_in_no_row(visitor: Visitor) -> None:
    visitor.sign_in(factories.person())
    with statements() as sent:
        visitor.get("/mon-compte")
    assert {statement.split()[0] for statement in sent} == {"SELECT"}
    assert [key for key in connection().scan_iter() if b"last-seen:" in key]


@pytest.fixture
def unplugged(services: Services) -> Iterator[Flask]:
    nowhere = {"REDIS_URL": f"redis://127.0.0.1:{closed_port()}/0"}
    with dedicated(services, environ=nowhere) as application:
        yield application


def test_with_valkey_down_one_stays_signed_in_until_the_absolute_end(unplugged: Flask) -> None:
    visitor, start = Visitor(unplugged), clock.now()
    with clock.at(start):
        visitor.sign_in(factories.person())
    with clock.at(start + timedelta(days=30, seconds=-1)):
        assert is_signed_in(visitor)
    with clock.at(start + timedelta(days=30)):
        assert not is_signed_in(visitor)


def test_the_list_says_which_browser_since_when_and_which_is_this_one(
    app: Flask, visitor: Visitor
) -> None:
    person, start = factories.person(), clock.now()
    here = visitor.sign_in(person)
    with clock.at(start - timedelta(days=2)), transaction():
        _, token = open_session(person, browser=FIREFOX, ctx=factories.acting(person))
    there = Visitor(app)
    with there.client.session_transaction() as cookie:
        cookie["_user_id"] = token
    with clock.at(start - timedelta(days=1)):
        assert is_signed_in(there)
    page = here.get("/mon-compte")
    assert "Cet appareil" in page.main
    [item] = [item for item in page.soup.find_all("li") if "Un autre appareil" in item.get_text()]
    shown = " ".join(item.get_text(" ").split())
    assert "Firefox sur Windows" in shown
    assert "connecté le" in shown
    assert "vu pour la dernière fois le" in shown
    with clock.at(start - timedelta(days=1) + FORTNIGHT):
        assert "Un autre appareil" not in here.get("/mon-compte").main, "it is over"


def test_a_session_renewed_is_known_by_its_new_token_only() -> None:
    person = factories.person()
    ctx = factories.acting(person)
    with transaction():
        session, before = open_session(person, ctx=ctx)
    with transaction():
        after = rotate_session(session, ctx=ctx)
    now = clock.now()
    assert session_by_token(before, now) is None
    found = session_by_token(after, now)
    assert found is not None
    assert found.id == session.id


def test_nobody_renews_the_session_of_another_nor_one_that_is_over() -> None:
    person = factories.person()
    ctx = factories.acting(person)
    with transaction():
        session, _ = open_session(person, ctx=ctx)
    with pytest.raises(Conflict, match="a pris fin"):
        rotate_session(session, ctx=factories.acting(factories.person()))
    with transaction():
        close_session(session.id, ctx=ctx)
    with pytest.raises(Conflict, match="a pris fin"):
        rotate_session(session, ctx=ctx)
    db.session.rollback()
    assert db.session.scalars(select(Session.revoked_at)).one() is not None
