"""The browser behind the present request: whom it is signed in as, and how it comes in."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user

from app import clock
from app.gate.actors import Context
from app.identity import known_browser, last_seen, operations, queries
from app.identity.models import Person, Session
from app.tokens import new_token
from app.web import context


class Browser(UserMixin):  # type: ignore[misc]
    """What Flask-Login remembers: the browser's session token, and no person's number."""

    def __init__(self, token: str, row: Session) -> None:
        self.token = token
        self.session = row
        self.person = row.person

    def get_id(self) -> str:
        return self.token


def browser_of(token: str) -> Browser | None:
    """The browser a token signs in, noted as seen; None when its session is over."""
    instant = clock.now()
    row = queries.session_by_token(token, instant)
    return Browser(token, row) if row and last_seen.note(row, instant) else None


def signed_in_person() -> Person | None:
    """The person behind the present request, if they are signed in."""
    return current_user.person if current_user.is_authenticated else None


def signed_in_session() -> Session | None:
    """The session of the present request, if someone is signed in."""
    return current_user.session if current_user.is_authenticated else None


def this_browser() -> str:
    """The secret kept in this browser's cookie alone, which binds to it the links it asks for."""
    if "browser" not in session:
        session["browser"] = new_token()
    found: str = session["browser"]
    return found


def admit(person: Person, *, external_account_id: UUID | None = None, ctx: Context) -> None:
    """Sign the present browser in as someone. Nothing that was in its cookie before remains."""
    if current_user.is_authenticated:
        operations.close_session(current_user.session.id, ctx=context())
    row, token = operations.open_session(
        person, browser=request.user_agent.string, external_account_id=external_account_id, ctx=ctx
    )
    row.person = person
    session.clear()
    session.permanent = True
    login_user(Browser(token, row))
    known_browser.remember(row, instant=ctx.instant)


def renew_token(*, ctx: Context) -> None:
    """Give the present browser a new token, for who the person is has changed."""
    token = operations.rotate_session(current_user.session, ctx=ctx)
    login_user(Browser(token, current_user.session))


def onward(person: Person, next_path: str) -> ResponseReturnValue:
    """Lead someone just signed in where they were going, by their profile if it is empty."""
    if not person.profile_complete:
        return redirect(url_for("profiles.profile", suite=next_path or None), 303)
    return redirect(next_path or url_for("portal.home"), 303)
