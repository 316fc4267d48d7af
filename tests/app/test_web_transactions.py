"""A request commits once, after a write that answers below 400; everything else is given up."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask, Response, redirect
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.db import after_commit, db
from app.embedded import Services
from app.errors import Conflict
from app.identity.models import Person
from app.web import public, signed_in, writes_on_get
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.strict_browser import Visitor

AFTER_COMMIT: list[str] = []


def _write() -> None:
    db.session.add(Person(email=f"{uuid4()}@exemple.fr", created_at=clock.now()))
    db.session.flush()
    after_commit(lambda: AFTER_COMMIT.append("committed"))


@public
def answer(status: int) -> Response:
    _write()
    return Response(str(status), status)


@public
def lead_on() -> BaseResponse:
    _write()
    return redirect("/", 303)


@public
def refuse() -> Response:
    _write()
    raise Conflict("La situation a changé.")


@public
def fail() -> Response:
    _write()
    raise ZeroDivisionError


@public
def lose_the_database() -> Response:
    _write()
    db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    return Response("never")


@public
def release_a_savepoint() -> Response:
    with db.session.begin_nested():
        _write()
    return Response("\n".join(AFTER_COMMIT))


@signed_in
def read_as_someone() -> Response:
    try:
        _write()
    except InternalError:
        db.session.rollback()
        return Response("refused by the database")
    return Response("written")


@writes_on_get
@public
def named_exception() -> Response:
    _write()
    return Response("written")


@pytest.fixture(scope="module")
def ground(services: Services) -> Iterator[Flask]:
    """The application with pages that write, in every way one should and should not."""
    with dedicated(services, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=True, TESTING=False) as app:
        app.add_url_rule("/essai/<int:status>", view_func=answer, methods=["GET", "POST"])
        for view in (lead_on, refuse, fail, lose_the_database, release_a_savepoint):
            app.add_url_rule(f"/essai/{view.__name__}", view_func=view, methods=["POST"])
        for view in (read_as_someone, named_exception):
            app.add_url_rule(f"/essai/{view.__name__}", view_func=view)
        yield app


@pytest.fixture
def client(app: Flask, ground: Flask) -> FlaskClient:
    AFTER_COMMIT.clear()
    return ground.test_client()


def _written() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.mark.parametrize("status", [200, 201, 303, 399])
def test_a_write_that_answers_below_400_is_committed(client: FlaskClient, status: int) -> None:
    assert client.post(f"/essai/{status}").status_code == status
    assert (_written(), AFTER_COMMIT) == (1, ["committed"])


@pytest.mark.parametrize("status", [400, 403, 409, 422, 500])
def test_a_write_that_answers_from_400_is_given_up(client: FlaskClient, status: int) -> None:
    assert client.post(f"/essai/{status}").status_code == status
    assert (_written(), AFTER_COMMIT) == (0, [])


@pytest.mark.parametrize(("view", "status"), [("refuse", 409), ("fail", 500)])
def test_a_write_that_raises_is_given_up(client: FlaskClient, view: str, status: int) -> None:
    assert client.post(f"/essai/{view}").status_code == status
    assert (_written(), AFTER_COMMIT) == (0, [])


def test_what_was_given_up_does_not_run_with_the_next_request(client: FlaskClient) -> None:
    client.post("/essai/refuse")
    assert client.post("/essai/lead_on").status_code == 303
    assert (_written(), AFTER_COMMIT) == (1, ["committed"])


def test_releasing_a_savepoint_runs_nothing_yet(client: FlaskClient) -> None:
    assert client.post("/essai/release_a_savepoint").text == ""
    assert (_written(), AFTER_COMMIT) == (1, ["committed"])


def test_a_database_that_goes_away_answers_503_and_the_next_request_works(
    client: FlaskClient,
) -> None:
    lost = client.post("/essai/lose_the_database")
    assert lost.status_code == 503
    assert int(lost.headers["Retry-After"]) >= 30
    assert "Content-Security-Policy" in lost.headers
    assert client.post("/essai/200").status_code == 200
    assert (_written(), AFTER_COMMIT) == (1, ["committed"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_may_not_write(client: FlaskClient, method: str) -> None:
    assert client.open("/essai/200", method=method).status_code == 500
    assert (_written(), AFTER_COMMIT) == (0, [])


def test_a_read_may_not_write_for_someone_signed_in_either(app: Flask, ground: Flask) -> None:
    AFTER_COMMIT.clear()
    visitor = Visitor(ground).sign_in(factories.person())
    assert "refused" in visitor.get("/essai/read_as_someone").text
    assert (_written(), AFTER_COMMIT) == (1, [])


def test_a_named_exception_may_write_when_read(client: FlaskClient) -> None:
    assert client.get("/essai/named_exception").status_code == 200
    assert (_written(), AFTER_COMMIT) == (1, ["committed"])
