"""The same code at the same time, in real transactions: it serves one browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db, transaction
from app.gate.actors import Context
from app.identity.models import Person, Session
from app.identity.operations import close_session, open_session
from app.identity.stepup.models import Authenticator, RecoveryCode, WrongCode
from app.identity.stepup.operations import (
    begin_enrolment,
    remove_authenticator,
    renew_recovery_codes,
    step_up,
)
from tests.support import factories
from tests.support.authenticators import code_of, equipped, wrong_code
from tests.support.threads import Race

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def moderator(app: Flask) -> Person:
    return equipped(factories.moderator())


@pytest.fixture
def ctx(moderator: Person) -> Context:
    found = factories.acting(moderator)
    db.session.rollback()
    return found


def _confirms(person: Person, code: str, ctx: Context) -> Callable[[], str | None]:
    """Someone who types a code in a browser of their own."""
    with transaction():
        row, _ = open_session(person, ctx=ctx)
        session_id = row.id

    def act() -> str | None:
        query = select(Session).options(joinedload(Session.person)).where(Session.id == session_id)
        return step_up(db.session.scalars(query).one(), code=code, ctx=ctx)

    return act


def _both(
    app: Flask, first: Callable[[], object], second: Callable[[], object]
) -> list[Future[object]]:
    """The first act done and not committed, the second waits for it."""
    race = Race(app)
    futures = [race.start(first, uncommitted=True), race.start(second)]
    race.wait_until_blocked()
    race.release.set()
    return futures


def _confirmed() -> int:
    db.session.rollback()
    query = select(func.count()).where(Session.stepped_up_at.is_not(None))
    return db.session.scalar(query) or 0


def test_a_code_typed_in_two_browsers_at_once_confirms_one(
    app: Flask, moderator: Person, ctx: Context
) -> None:
    acts = [_confirms(moderator, code_of(), ctx) for _ in range(2)]
    answers = [future.result(60) for future in _both(app, *acts)]
    assert [answer is not None for answer in answers] == [True, False]
    assert _confirmed() == 1


def test_a_recovery_code_typed_in_two_browsers_at_once_confirms_one(
    app: Flask, moderator: Person, ctx: Context
) -> None:
    with transaction():
        code = renew_recovery_codes(moderator, ctx=ctx)[0]
    acts = [_confirms(moderator, code, ctx) for _ in range(2)]
    answers = [future.result(60) for future in _both(app, *acts)]
    assert [answer is not None for answer in answers] == [True, False]
    assert _confirmed() == 1
    used = select(func.count()).where(RecoveryCode.used_at.is_not(None))
    assert db.session.scalar(used) == 1


def test_wrong_codes_typed_at_once_are_all_counted(
    app: Flask, moderator: Person, ctx: Context
) -> None:
    for _ in range(4):
        with transaction():
            _confirms(moderator, wrong_code(), ctx)()
    acts = [_confirms(moderator, code, ctx) for code in (wrong_code(), code_of())]
    fifth, sixth = _both(app, *acts)
    assert fifth.result(60) is None
    assert "Trop de codes faux" in str(sixth.exception(60))
    assert _confirmed() == 0
    assert db.session.scalar(select(func.count()).select_from(WrongCode)) == 5


def test_an_application_removed_while_one_types_confirms_nothing(
    app: Flask, moderator: Person, ctx: Context
) -> None:
    removed, typed = _both(
        app,
        lambda: remove_authenticator(db.session.merge(moderator, load=True), ctx=ctx),
        _confirms(moderator, code_of(), ctx),
    )
    removed.result(60)
    assert "pas de double authentification" in str(typed.exception(60))
    assert _confirmed() == 0


def test_a_session_ended_while_one_types_is_not_confirmed(
    app: Flask, moderator: Person, ctx: Context
) -> None:
    act = _confirms(moderator, code_of(), ctx)
    session_id = db.session.scalars(select(Session.id)).one()
    db.session.rollback()
    ended, typed = _both(app, lambda: close_session(session_id, ctx=ctx), act)
    ended.result(60)
    assert "déconnecté entre-temps" in str(typed.exception(60))
    assert _confirmed() == 0
    # What was not confirmed took no code.
    assert db.session.scalars(select(Authenticator.last_used_step)).one() is None


def test_two_enrolments_begun_at_once_leave_one(app: Flask) -> None:
    person = factories.moderator()
    context, owner = factories.acting(person), person.id
    db.session.rollback()

    def act() -> object:
        return begin_enrolment(Session(person_id=owner, created_at=NOON), ctx=context).id

    for future in _both(app, act, act):
        future.result(60)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Authenticator)) == 1
