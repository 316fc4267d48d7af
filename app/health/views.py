"""What those who watch over the platform ask, and what robots and researchers read first."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.health.queries import measure
from app.health.rules import Health, health_of
from app.web import limiter, public, storeless

blueprint = Blueprint("health", __name__)

# Nothing behind these is to be found by a search engine.
NOT_FOR_ROBOTS = ("/connexion", "/mon-compte", "/ma-collectivite", "/moderation", "/rattachements")
# As long as the file is served, it is true: it says so for a year from the day it is read.
EXPIRES_AFTER = timedelta(days=365)


@blueprint.get("/sante")
@public
@limiter.exempt
@storeless
def alive() -> ResponseReturnValue:
    """The process answers: no store is asked."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/sante/pret")
@public
@limiter.exempt
@storeless
def ready() -> ResponseReturnValue:
    """The platform serves: in one word, and the ages that say why."""
    measured = measure()
    found = health_of(measured)
    status = HTTPStatus.SERVICE_UNAVAILABLE if found is Health.UNAVAILABLE else HTTPStatus.OK
    ticks = [last for _, last in (measured.ticks or {}).values() if last]
    said = {
        "status": found,
        "database": bool(measured.migrated),
        "queue": measured.ticks is not None,
        "seconds_since_last_tick": _age(max(ticks, default=None), measured.instant),
        "scheduler": measured.leader,
        "jobs_waiting": measured.jobs_waiting,
        "oldest_mail_seconds": _age(measured.oldest_mail, measured.instant),
    }
    response = current_app.json.response(said)
    response.status_code = status
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "30"
    return response


@blueprint.get("/robots.txt")
@public
@storeless
def robots() -> ResponseReturnValue:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public
@storeless
def security() -> ResponseReturnValue:
    """Whom to tell of a weakness (RFC 9116)."""
    contact = current_app.config["SECURITY_CONTACT"] or abort(404)
    expires = (clock.now() + EXPIRES_AFTER).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {contact if ':' in contact else 'mailto:' + contact}",
        f"Expires: {expires}",
        "Preferred-Languages: fr, en",
        f"Canonical: {url_for('health.security', _external=True)}",
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


def _age(instant: datetime | None, now: datetime) -> int | None:
    return None if instant is None else max(0, int((now - instant).total_seconds()))
