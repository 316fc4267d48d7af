"""Cookies, proxies, transport, and hostile addresses."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from app.embedded import Services
from app.texts import whole_number
from app.web import public, safe_path
from config import Production
from consultation.triage.forms import numbers_in
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.strict_browser import Visitor

VARIABLES = {
    "SECRET_KEY": "0d7c81b2e94f5a6d3c1e8f7a9b4d2e60",
    "SERVER_NAME": "coconstruire.exemple.fr",
    "MAIL_SERVER": "localhost",
    "MAIL_DEFAULT_SENDER": "ne-pas-repondre@exemple.fr",
    "TRUSTED_PROXIES": "1",
}
SECURE = "https://coconstruire.exemple.fr"


@public
def seen() -> ResponseReturnValue:
    return {
        "address": request.remote_addr,
        "secure": request.is_secure,
        "home": url_for("portal.home", _external=True),
    }


@pytest.fixture(scope="module")
def production(services: Services) -> Iterator[Flask]:
    with dedicated(services, environment=Production, environ=VARIABLES) as app:
        app.add_url_rule("/essai", view_func=seen)
        yield app


def _get(app: Flask, path: str, **headers: str) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(path, base_url="http://coconstruire.exemple.fr", headers=names)


@pytest.mark.usefixtures("app")
def test_the_cookie_of_production_is_bound_to_the_site(production: Flask) -> None:
    answer = production.test_client().get("/connexion", base_url=SECURE)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-coconstruire=")
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags
    assert not any(flag.startswith("Domain") for flag in flags)


@pytest.mark.usefixtures("app")
def test_only_a_secure_answer_asks_to_stay_secure(production: Flask) -> None:
    secure = production.test_client().get("/", base_url=SECURE)
    assert "max-age=63072000" in secure.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in _get(production, "/").headers


@pytest.mark.usefixtures("app")
def test_errors_are_secure_too(production: Flask) -> None:
    for path in ("/nulle-part", "/moderation/rattachements", "/static/rien.css"):
        answer = production.test_client().get(path, base_url=SECURE)
        assert "Strict-Transport-Security" in answer.headers, path


def test_the_trusted_proxy_says_where_one_comes_from_and_no_other(production: Flask) -> None:
    answer = _get(
        production,
        "/essai",
        X_Forwarded_For="6.6.6.6, 203.0.113.7",
        X_Forwarded_Proto="https",
        X_Forwarded_Host="pirate.exemple.org",
    )
    assert answer.get_json() == {"address": "203.0.113.7", "secure": True, "home": f"{SECURE}/"}


def test_without_a_trusted_proxy_nothing_it_says_is_believed(services: Services) -> None:
    variables = {**VARIABLES, "TRUSTED_PROXIES": "0"}
    with dedicated(services, environment=Production, environ=variables) as app:
        app.add_url_rule("/essai", view_func=seen)
        answer = _get(app, "/essai", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https")
    assert answer.get_json()["address"] == "127.0.0.1"
    assert answer.get_json()["secure"] is False


def test_there_is_no_mailbox_to_read_in_production(production: Flask, visitor: Visitor) -> None:
    assert "mailbox" not in production.blueprints
    assert production.test_client().get("/developpement/messagerie").status_code == 404


@pytest.mark.parametrize("path", ["/ma-collectivite", "/mon-compte?a=1&b=2", "/a/b#c", "/"])
def test_a_path_of_the_site_is_one_to_go_to(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://pirate.exemple.org",
        "//pirate.exemple.org",
        "/\\pirate.exemple.org",
        "\\\\pirate.exemple.org",
        "javascript:alert(1)",
        "mon-compte",
        "https:/mon-compte",
        "/\t/pirate.exemple.org",
        " //pirate.exemple.org",
        "/\n/pirate.exemple.org",
        "http:///pirate.exemple.org",
        "///pirate.exemple.org",
        "/a\r\nSet-Cookie: b=c",
        "/\x00",
        "//[pirate",
    ],
)
def test_any_other_target_is_nowhere_to_go(target: str | None) -> None:
    assert safe_path(target) == ""


@pytest.mark.parametrize(
    "path",
    [
        "/territoires/recherche?q=%00",
        "/territoires/commune/%00",
        "/consultations/%00",
        "/ma-collectivite?territoire=%00",
        "/connexion?suite=%0d%0aSet-Cookie:%20a=b",
        "/consultations/{slug}/journal?page=-5",
        "/consultations/{slug}/journal?page=99999999999999999999999",
        "/consultations/{slug}/journal?page=9223372036854775807",
        "/consultations/{slug}/journal?page=%00",
        "/consultations/{slug}/contributions/99999999999999999999999/suite",
        "/consultations/{slug}/calendrier/%00",
        "/territoires/commune/" + "9" * 5000,
        "/territoires/recherche?q=" + "a" * 5000,
        "/connexion?suite=//[",
        "/consultations/{slug}/propositions/" + "9" * 5000,
        "/consultations/{slug}/propositions/2147483648",
    ],
)
def test_a_hostile_address_is_dull(visitor: Visitor, path: str) -> None:
    visitor.sign_in(factories.moderator())
    slug = factories.consultation().slug
    answer = visitor.ask("GET", path.format(slug=slug))
    assert answer.status_code in {200, 303, 400, 403, 404}
    assert "Set-Cookie: a" not in str(answer.headers)


def test_a_file_or_json_under_the_name_of_a_text_is_no_value_of_it(visitor: Visitor) -> None:
    token = visitor.get("/connexion").form(button="Recevoir").fields["csrf_token"][0]
    file = {"csrf_token": token, "email": (BytesIO(b"a@exemple.fr"), "a.txt")}
    assert visitor.ask("POST", "/connexion", data=file).status_code == 422
    headers = {"X-CSRFToken": token}
    answer = visitor.ask("POST", "/connexion", json={"email": [1]}, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("2147483647", 2_147_483_647),
        ("2147483648", None),
        ("9" * 5000, None),
        ("-1", None),
        ("٣", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_number_is_one_that_a_column_holds(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_the_numbers_typed_among_others_are_those_one_can_read() -> None:
    assert numbers_in(f"3 {'9' * 5000} x 4") == [3, 4]
