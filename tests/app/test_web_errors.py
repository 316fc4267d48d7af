"""An error shows the person what to do next, and a program what went wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.typing import ResponseReturnValue

from app import error_pages, errors
from app.embedded import Services
from app.error_pages import HEADERS
from app.errors import DomainError
from app.web import public
from tests.support.applications import closed_port, dedicated
from tests.support.strict_browser import Page, Visitor

PAGES = (400, 403, 404, 409, 422, 429, 500, 503)
REFUSALS = [
    errors.NotAllowed,
    errors.PhaseClosed,
    errors.Conflict,
    errors.Invalid,
    errors.NotFound,
]
SECRET = "a detail of ours"


@public
def stop(status: int) -> ResponseReturnValue:
    abort(status)


@public
def refuse(name: str) -> ResponseReturnValue:
    kind: type[DomainError] = getattr(errors, name)
    raise kind(
        "La proposition n° %(number)d n’est pas <publique>.",
        way_out="Choisissez-en une autre.",
        number=7,
    )


@public
def fail() -> ResponseReturnValue:
    raise RuntimeError(SECRET)


@pytest.fixture(scope="module")
def failing(services: Services) -> Iterator[Flask]:
    with dedicated(services) as app:
        app.add_url_rule("/essai/<int:status>", view_func=stop)
        app.add_url_rule("/essai/refus/<name>", view_func=refuse)
        app.add_url_rule("/essai/panne", view_func=fail)
        yield app


@pytest.fixture
def someone(app: Flask, failing: Flask) -> Visitor:
    return Visitor(failing)


def _problem(someone: Visitor, path: str, status: int) -> dict[str, object]:
    answer = someone.client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    problem: dict[str, object] = answer.get_json()
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert str(problem["type"]).startswith("urn:coconstruire:")
    return problem


def _protected(page: Page) -> None:
    assert {name: page.response.headers.get(name) for name in HEADERS} == HEADERS
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", PAGES)
def test_each_error_has_its_page_with_a_next_step(someone: Visitor, status: int) -> None:
    page = someone.get(f"/essai/{status}", status=status)
    _protected(page)
    assert page.links()["Revenir à l’accueil"] == "/"
    assert len(page.main.split(".")) >= 3, "it says what happened, then what to do"


def test_each_page_of_an_error_has_its_own_title(someone: Visitor) -> None:
    headings = [someone.get(f"/essai/{status}", status=status).heading for status in PAGES]
    assert len(set(headings)) == len(PAGES)


@pytest.mark.parametrize("status", [401, 405, 410, 413, 415, 418, 501, 504])
def test_the_other_errors_keep_their_status_and_have_a_page(someone: Visitor, status: int) -> None:
    _protected(someone.get(f"/essai/{status}", status=status))


def test_a_wrong_method_says_which_are_right(someone: Visitor) -> None:
    page = someone.get("/deconnexion", status=405)
    assert "POST" in page.response.headers["Allow"]


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_a_refusal_is_a_page_with_its_sentence_and_its_way_out(
    someone: Visitor, kind: type[DomainError]
) -> None:
    page = someone.get(f"/essai/refus/{kind.__name__}", status=kind.status)
    _protected(page)
    assert "La proposition n° 7 n’est pas <publique>." in page.main
    assert "Choisissez-en une autre." in page.main


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_a_refusal_is_problem_details_for_a_program(
    someone: Visitor, kind: type[DomainError]
) -> None:
    problem = _problem(someone, f"/essai/refus/{kind.__name__}", kind.status)
    assert problem["type"] == f"urn:coconstruire:{kind.code}"
    assert problem["title"] == kind.title
    detail = "La proposition n° 7 n’est pas <publique>. Choisissez-en une autre."
    assert problem["detail"] == detail


@pytest.mark.parametrize("status", [404, 405, 429, 503])
def test_any_error_is_problem_details_for_a_program(someone: Visitor, status: int) -> None:
    assert _problem(someone, f"/essai/{status}", status)["title"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("image/png", "text/html"),
        ("application/json, text/html;q=0.5", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
    ],
)
def test_a_page_unless_a_program_asks_for_json(someone: Visitor, accept: str, kind: str) -> None:
    answer = someone.client.get("/nulle-part", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, kind)


def test_a_failure_is_consigned_and_shows_nothing_of_its_cause(
    someone: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    page = someone.get("/essai/panne", status=500)
    assert SECRET not in page.response.text
    assert SECRET in caplog.text
    assert SECRET not in str(_problem(someone, "/essai/panne", 500))


@pytest.fixture(scope="module")
def lost(services: Services) -> Iterator[Flask]:
    """The application, whose database does not answer."""
    nowhere = f"postgresql+psycopg://nobody@127.0.0.1:{closed_port()}/nothing"
    with dedicated(services, environ={"DATABASE_URL": nowhere}) as app:
        yield app


def test_without_its_database_the_platform_says_to_come_back(lost: Flask) -> None:
    someone = Visitor(lost)
    page = someone.get("/", status=503)
    _protected(page)
    assert "Réessayez dans quelques minutes" in page.main
    assert page.response.headers["Retry-After"] == "30"
    _problem(someone, "/", 503)
    assert someone.client.get("/static/icons/coconstruire.svg", buffered=True).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 503),
        ("GET", "/mon-compte", 503),
        ("GET", "/ma-collectivite", 503),
        ("POST", "/deconnexion", 400),
        ("GET", "/nulle-part", 404),
        ("DELETE", "/", 405),
        ("GET", "/static/nulle-part.css", 404),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_nor_does_an_error_read_who_is_signed_in(
    lost: Flask, method: str, path: str, status: int, headers: dict[str, str]
) -> None:
    """Seen red: an empty 500 without headers, for the page of the error read it again."""
    someone = Visitor(lost)
    with someone.client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "a token", True
    answer = someone.client.open(path, method=method, headers=headers)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Revenir à l’accueil" in answer.text, "the page itself, not what replaces it"
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_the_page_of_an_error_that_fails_is_still_a_page(
    someone: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> str:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(error_pages, "render_template", fails)
    answer = someone.client.get("/essai/panne")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Rien n’a été enregistré" in answer.text
    assert SECRET not in answer.text
