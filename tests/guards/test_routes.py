"""Every route says who may come, and a GET writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from werkzeug.routing import Rule

from app import db as database
from app.db import db
from app.embedded import Services
from app.web import public
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.strict_browser import Visitor

# The pages that may write when read, each with its reason.
WRITES_ON_GET = {
    "oidc.callback": "the identity provider sends people back by a link, and a session opens",
}


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_is_public_or_signed_in(complete: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in _rules(complete)
        if getattr(complete.view_functions[rule.endpoint], "access", None)
        not in {"public", "signed in"}
    ]
    assert undeclared == []


def test_only_named_routes_write_on_get(complete: Flask) -> None:
    writing = {
        endpoint
        for endpoint, view in complete.view_functions.items()
        if getattr(view, "writes_on_get", False)
    }
    assert writing == set(WRITES_ON_GET)


@pytest.mark.usefixtures("app")
def test_the_database_refuses_a_write_within_a_get() -> None:
    database.read_only()
    with pytest.raises(InternalError, match="read-only"):
        db.session.execute(text("DELETE FROM outbox"))


@pytest.mark.usefixtures("app")
def test_routes_that_are_not_public_lead_to_sign_in(complete: Flask) -> None:
    client: FlaskClient = complete.test_client()
    for rule in _rules(complete):
        view = complete.view_functions[rule.endpoint]
        if getattr(view, "access", "") != "signed in" or "GET" not in (rule.methods or ()):
            continue
        values: dict[str, Any] = {name: _sample(name, rule) for name in rule.arguments}
        with complete.test_request_context():
            path = complete.url_for(rule.endpoint, **values)
        answer = client.get(path)
        assert answer.status_code in {303, 404}, f"{path} answered {answer.status_code}"
        if answer.status_code == 303:
            assert "/connexion" in answer.headers["Location"], path


def _sample(name: str, rule: Rule) -> object:
    converter = type(rule._converters[name]).__name__
    return {
        "NumberConverter": 1,
        "UUIDConverter": "00000000-0000-4000-8000-000000000000",
        "AnyConverter": "csv",
    }.get(converter, "exemple")


def test_every_answer_carries_the_headers(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/nulle-part", "/connexion", "/static/favicon.svg"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, path
        assert "unsafe" not in policy
        assert "img-src 'self' data:" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/connexion", data={"email": "a@exemple.fr"})
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.usefixtures("app")
def test_a_get_cannot_write_even_when_something_read_before_it(services: Services) -> None:
    """Seen to fail while the rate limiter, which reads who is signed in, ran first."""
    with dedicated(services, RATELIMIT_ENABLED=True) as limited:

        @limited.get("/essai")
        @public
        def attempt() -> str:
            db.session.execute(text("DELETE FROM outbox"))
            return "written"

        visitor = Visitor(limited).sign_in(factories.person())
        assert visitor.client.get("/essai").status_code == 500
