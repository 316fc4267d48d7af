"""What every view leans on: forms, decorators, the context of the request, refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf
from flask_wtf.form import _Auto
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field

from app import db, error_pages
from app.error_pages import HEADERS, unavailable
from app.gate.actors import Context
from app.gate.verb import Verb
from app.received import NumberConverter, Request
from app.tokens import masked, unmasked

View = Callable[..., ResponseReturnValue]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LAST_PAGE = 1_000_000
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRFToken"


def whoever_asks() -> str:
    """Limits are per account; signed out, per browser someone signed in with, else per network.

    What a stranger does behind an address it shares with them is then no matter of theirs.
    """
    if current_user.is_authenticated:
        return str(current_user.person.id)
    known: Callable[[], str] = current_app.extensions["known_browser"]
    return known() or network()


def network() -> str:
    """Where the request comes from, as limits count: in IPv6 the /64, which one client has."""
    remote = get_remote_address()
    try:
        address = ip_address(remote)
    except ValueError:
        return remote
    if address.version == 4 or address.ipv4_mapped:
        return remote
    return str(ip_network((address, 64), strict=False))


login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(whoever_asks, default_limits=["600 per minute"])
# Each such act is e-mailed to its territory: forty communes' helper is not stopped, a toggle is.
WRITES = "60 per minute"
MANY_ACTS = "60 per minute; 600 per hour"


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form: named fields only, texts only, and one question."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where a form reads what was sent."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """The texts alone: a file or JSON under the name of a field is no value of it."""
            if formdata is not _Auto:
                return formdata
            return (request.form or None) if form.is_submitted() else None

    def submitted(self) -> bool:
        """Whether it was sent and is valid; its errors are on its fields otherwise."""
        return bool(self.validate_on_submit())


def public(view: View) -> View:
    """Open to everyone."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Open to people who are signed in; the others are led to sign in, then back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            here = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("identity.sign_in", suite=here), 303)
        return view(*args, **kwargs)

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def storeless(view: View) -> View:
    """It asks no store by itself: it answers while none does."""
    view.storeless = True  # type: ignore[attr-defined]
    return view


def performs(*verbs: Verb) -> Callable[[View], View]:
    """Name the verbs a view that writes performs: those its operations have the gate check.

    It grants and refuses nothing: a guard test compares the names with what the operations ask.
    """

    def named(view: View) -> View:
        view.performs = verbs  # type: ignore[attr-defined]
        return view

    return named


def writes_on_get(view: View) -> View:
    """Let a GET write: named exceptions only, which a guard test lists."""
    view.writes_on_get = True  # type: ignore[attr-defined]
    return view


def context() -> Context:
    """Who acts, when, under which calendar: filled for each request by `app.context`."""
    source: Callable[[], Context] = current_app.extensions["context"]
    return source()


def see(endpoint: str, *, message: str = "", **values: Any) -> BaseResponse:
    """Lead on to another page after an act, saying what was done."""
    if message:
        flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def written(field: Field) -> str:
    """What was typed in a field of text."""
    return field.data or ""


def page_number() -> int:
    """The page of a list the address asks for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def safe_path(target: str | None) -> str:
    """A path of this site to go to, or nothing when the target leads elsewhere."""
    if not target or "\\" in target or not target.isprintable():
        return ""
    return target if target.startswith("/") and not target.startswith("//") else ""


def _begin() -> None:
    """A GET may not write: the database itself refuses it. What is unreadable is refused first."""
    if request.endpoint in (None, "static"):
        return
    if request.method not in SAFE_METHODS:
        # Read here, or an error page that repeats what was sent would fail on it.
        _unmask_token()
        return
    view = current_app.view_functions.get(request.endpoint)
    if not getattr(view, "writes_on_get", False) and not getattr(view, "storeless", False):
        db.read_only()


def _unmask_token() -> None:
    """Pages carry it under a mask: see `app.tokens.masked`."""
    if token := request.form.get(CSRF_FIELD):
        sent = [each for each in request.form.items(multi=True) if each[0] != CSRF_FIELD]
        request.form = ImmutableMultiDict([*sent, (CSRF_FIELD, unmasked(token))])
    elif token := request.headers.get(CSRF_HEADER):
        request.environ[f"HTTP_{CSRF_HEADER.upper()}".replace("-", "_")] = unmasked(token)


def _end(response: Response) -> Response:
    """One commit, after a write that answers below 400; everything else is given up."""
    if not db.db.session.registry.has():
        return response
    view = current_app.view_functions.get(request.endpoint or "")
    writes = request.method not in SAFE_METHODS or getattr(view, "writes_on_get", False)
    if writes and response.status_code < 400:
        try:
            db.commit()
        except (OperationalError, PoolTimeout) as error:
            return unavailable(error)
    else:
        db.rollback()
    return response


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _patient(response: Response) -> Response:
    """Only a refusal says when to come back: some programs obey."""
    if response.status_code not in {429, 503}:
        response.headers.pop("Retry-After", None)
    return response


def init_app(app: Flask) -> None:
    """Give an application what every view leans on: extensions, one transaction, error pages."""
    app.request_class = Request
    app.url_map.converters["int"] = NumberConverter
    # The very last, on the answer as it leaves.
    Compress(app)
    # Last, once the limiter has said of every answer when to come back.
    app.after_request(_patient)
    # First, for the limiter reads who is signed in, and that opens the transaction.
    app.before_request(_begin)
    for extension in (csrf, babel, limiter):
        extension.init_app(app)
    app.context_processor(lambda: {"csrf_token": lambda: masked(generate_csrf())})
    app.jinja_env.globals["csrf_token"] = lambda: masked(generate_csrf())
    # Nothing reads who is signed in behind a template's back: an error page must not.
    login.init_app(app, add_context_processor=False)
    login.session_protection = None
    # Run in reverse order of registration: the commit first, the headers on whatever came of it.
    app.after_request(_headers)
    app.after_request(_end)
    error_pages.init_app(app)
