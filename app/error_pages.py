"""Refusals and failures as pages, or as problem details for programs; none reads a store."""

from __future__ import annotations

from flask import Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app import db
from app.errors import DomainError
from app.formats import sentence
from app.shedding import Shedding

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def refused(error: DomainError) -> ResponseReturnValue:
    """A refusal of the domain as a page, or as problem details (RFC 9457) for programs."""
    return _problem(
        error.status,
        error.code,
        _(error.title),
        sentence(error.message, error.facts),
        sentence(error.way_out, error.facts),
    )


def _problem(
    status: int, code: str, title: str, message: str, way_out: str = ""
) -> ResponseReturnValue:
    db.rollback()
    if request.accept_mimetypes.best_match(ANSWERS) in ANSWERS[1:]:
        problem = {
            "type": f"urn:coconstruire:{code}",
            "title": title,
            "status": status,
            "detail": " ".join(filter(None, (message, way_out))),
        }
        response = current_app.json.response(problem)
        response.content_type = "application/problem+json"
        response.status_code = status
        return response
    template = status if status in PAGES else 500 if status >= 500 else 400
    try:
        page = render_template(f"errors/{template}.html", message=message, way_out=way_out)
    except Exception:
        current_app.logger.exception("the page of an error fails")
        page = _LAST_RESORT
    return page, status


# When even the page of an error fails: whoever reads it learns that nothing was recorded.
_LAST_RESORT = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Erreur – Coconstruire</title>'
    "<h1>Erreur inattendue</h1><p>Rien n’a été enregistré. Réessayez dans quelques minutes.</p>"
)
PAGES = frozenset({400, 403, 404, 409, 422, 429, 500, 503})
ANSWERS = ("text/html", "application/json", "application/problem+json")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    response = current_app.make_response(_problem(status, f"http-{status}", error.name, ""))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def unavailable(error: OperationalError | PoolTimeout) -> Response:
    """The database does not answer: whoever asks is to come back."""
    current_app.logger.error("the database does not answer: %s", error)
    db.db.session.remove()
    response = current_app.make_response(
        _problem(503, "unavailable", _("Service momentanément indisponible"), "")
    )
    response.headers["Retry-After"] = "30"
    return response


def shed(app: Flask) -> None:
    """Put off what is only read, when a process has more to answer than it can."""

    def page() -> bytes:
        with app.test_request_context("/"):
            return render_template(
                "errors/503.html",
                message=_("Beaucoup de personnes sont sur le site : cette page attend un peu."),
                way_out=_(
                    "Rechargez-la dans quelques secondes. Un soutien, un dépôt, tout ce que l’on "
                    "envoie passe en premier."
                ),
            ).encode()

    app.wsgi_app = Shedding(app.wsgi_app, page, **HEADERS)  # type: ignore[assignment,method-assign]


def _unstorable(error: DataError) -> ResponseReturnValue:
    """Refuse what no column can store, such as a null character or a number beyond all bounds."""
    current_app.logger.warning("the database refuses what was sent: %s", error.orig)
    return _problem(400, "unreadable", _("Votre demande n’a pas pu être lue"), "")


def _failed(_error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("a request failed")
    return _problem(500, "failed", _("Erreur inattendue"), "")


def init_app(app: Flask) -> None:
    """Answer what goes wrong with its page."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, _http_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(PoolTimeout, unavailable)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Exception, _failed)
