"""Too many requests in little time are refused, per account, or per address signed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.typing import ResponseReturnValue

from app.embedded import Services
from app.jobs import connection
from app.web import limiter, public
from tests import factories
from tests.dedicated import closed_port, dedicated
from tests.reading import Page, Visitor


@public
@limiter.limit("2 per hour")
def twice() -> ResponseReturnValue:
    return Response("here you are", mimetype="text/plain")


@pytest.fixture
def limited(app: Flask, services: Services) -> Iterator[Flask]:
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        limiting.add_url_rule("/essai", view_func=twice)
        yield limiting


def _twice_then_refused(someone: Visitor) -> Page:
    for _ in range(2):
        someone.get("/essai")
    return someone.get("/essai", status=429)


def test_too_many_requests_get_a_page_that_says_to_wait(limited: Flask) -> None:
    page = _twice_then_refused(Visitor(limited))
    page.check()
    assert "Patientez une minute" in page.main
    assert 0 < int(page.response.headers["Retry-After"]) <= 3600
    assert page.response.headers["X-Frame-Options"] == "DENY"


def test_a_program_is_told_in_its_own_terms(limited: Flask) -> None:
    someone = Visitor(limited)
    _twice_then_refused(someone)
    answer = someone.ask("GET", "/essai", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["status"]) == (429, 429)
    assert "Retry-After" in answer.headers


def test_people_behind_one_address_are_limited_each_for_themself(limited: Flask) -> None:
    _twice_then_refused(Visitor(limited))
    colleague = factories.person()
    _twice_then_refused(Visitor(limited).sign_in(colleague))
    _twice_then_refused(Visitor(limited).sign_in(factories.person()))
    Visitor(limited).sign_in(colleague).get("/essai", status=429)


def test_what_is_counted_reveals_no_session(limited: Flask) -> None:
    person = factories.person()
    someone = Visitor(limited).sign_in(person)
    with someone.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    someone.get("/essai")
    keys = b"\n".join(connection().scan_iter()).decode()
    assert str(person.id) in keys
    assert token not in keys


def test_asking_for_links_is_limited(limited: Flask) -> None:
    form = Visitor(limited).get("/connexion").form(button="Recevoir")
    for _ in range(5):
        form.send(email="maire@exemple.fr")
    form.send(email="maire@exemple.fr", status=429)


def test_without_its_store_limits_fall_back_to_memory(app: Flask, services: Services) -> None:
    nowhere = f"redis://127.0.0.1:{closed_port()}/0"
    environ = {"REDIS_URL": nowhere}
    with dedicated(services, environ=environ, RATELIMIT_ENABLED=True) as limiting:
        limiting.add_url_rule("/essai", view_func=twice)
        _twice_then_refused(Visitor(limiting))
        Visitor(limiting).get("/")
