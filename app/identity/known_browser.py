"""The browsers in which people have signed in before, known again by a cookie of their own.

It outlives the session and names nobody: a number drawn for the browser and, for each person, a
keyed mark of their address. It opens nothing; it has its own allowances, that strangers do not use.

Closing a browser from elsewhere makes it unknown. That is kept in Valkey: were it lost, the browser
would only have its allowance again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from flask import after_this_request, current_app, request
from flask.wrappers import Response
from redis import RedisError

from app.db import after_commit
from app.identity.models import Session
from app.jobs import connection
from app.tokens import address_mark, new_token, read_marks, signed_marks

LIFETIME = timedelta(days=365)
# One computer of a town hall serves several people.
MOST_PEOPLE = 8


class _Known(TypedDict):
    """`people`: of each, latest first, the mark, the session they signed in by, and when."""

    browser: str
    people: list[tuple[str, str, float]]


def present() -> str:
    """What the present browser is counted as, if anyone ever signed in with it; else nothing."""
    known = _read()
    return f"browser:{known['browser']}" if known["people"] else ""


def knows(email: str, instant: datetime) -> str:
    """The allowance of whoever has a normal address in the present browser, if they are known."""
    known, mark = _read(), _mark(email)
    for theirs, session, since in known["people"]:
        lasts = instant.timestamp() < since + LIFETIME.total_seconds()
        if theirs == mark and lasts and not _is_forgotten(mark, session, since):
            return f"browser {known['browser']} {mark}"
    return ""


def remember(session: Session, *, instant: datetime) -> None:
    """Have the present browser known as one in which the person of a session signed in."""
    known, mark = _read(), _mark(session.person.email)
    others = [each for each in known["people"] if each[0] != mark]
    people = [(mark, session.id.hex, instant.timestamp()), *others][:MOST_PEOPLE]
    signed = signed_marks(current_app.config["SECRET_KEY"], {**known, "people": people})

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _name(),
            signed,
            max_age=LIFETIME,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def forget(session_id: UUID) -> None:
    """Have the browser of a session unknown to its person, once the transaction is committed."""
    after_commit(lambda: _note(session_id.hex, "1"))


def forget_others(session: Session, *, instant: datetime) -> None:
    """Have every browser unknown to the person of a session, but the present one."""
    mark = _mark(session.person.email)
    after_commit(lambda: _note(mark, str(instant.timestamp())))
    remember(session, instant=instant)


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-connu"


def _mark(email: str) -> str:
    return address_mark(current_app.config["SECRET_KEY"], email)


def _read() -> _Known:
    signed = request.cookies.get(_name(), "")
    found: _Known | None = read_marks(current_app.config["SECRET_KEY"], signed) if signed else None
    return found or _Known(browser=new_token()[:22], people=[])


def _is_forgotten(mark: str, session: str, since: float) -> bool:
    try:
        closed, before = connection().mget([_key(session), _key(mark)])  # type: ignore[misc]
    except RedisError:
        return False
    return closed is not None or (before is not None and since < float(before))


def _note(what: str, value: str) -> None:
    try:
        connection().set(_key(what), value, ex=LIFETIME)
    except RedisError:
        current_app.logger.warning("the browsers just closed stay known: Valkey does not answer")


def _key(what: str) -> str:
    return f"forgotten-browser:{what}"
