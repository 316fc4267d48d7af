"""Signing in and out, and one's own account."""

from __future__ import annotations

from uuid import UUID

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from app import clock
from app.errors import Conflict
from app.gate.actors import NOBODY, Context
from app.identity import last_seen, operations, queries
from app.identity.browser import admit, browser_of, onward, this_browser
from app.identity.forms import CodeForm, SignInForm
from app.identity.models import Person, SignInLink
from app.identity.oidc.operations import attach
from app.identity.oidc.queries import accounts_of
from app.identity.rules import (
    normal_email,
    signed_in_lately,
    spaced_code,
)
from app.tokens import sign_in_code, token_hash
from app.web import (
    context,
    limiter,
    login,
    network,
    public,
    safe_path,
    see,
    sentence_of,
    signed_in,
    written,
)

blueprint = Blueprint("identity", __name__)


def _person() -> Person:
    person: Person = current_user.person
    return person


def _address_asked() -> str:
    """One mailbox is not to be flooded, wherever the requests come from."""
    return "mailbox:" + normal_email(request.form.get("email", ""))


def _address_asked_from_here() -> str:
    """Who floods a mailbox is stopped before its owner, who asks from elsewhere."""
    return f"{_address_asked()} from {network()}"


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
# The lowest limit counts first; a request it refuses is not counted by the others.
@limiter.limit("15 per 10 minutes", key_func=_address_asked, methods=["POST"])
@limiter.limit("60 per minute;600 per hour", methods=["POST"])
@limiter.limit("5 per 10 minutes", key_func=_address_asked_from_here, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    next_path = safe_path(request.values.get("suite"))
    if current_user.is_authenticated and request.method == "GET":
        return redirect(next_path or url_for("identity.account"), 303)
    form = SignInForm()
    if form.submitted():
        ctx = Context(NOBODY, clock.now())
        operations.request_link(
            written(form.email), browser=this_browser(), next_path=next_path, ctx=ctx
        )
        session["asked_by"] = form.email.data
        return redirect(url_for("identity.link_sent"), 303)
    status = 422 if form.errors else 200
    return render_template("app/identity/sign_in.html", form=form, next_path=next_path), status


@blueprint.get("/connexion/envoyee")
@public
def link_sent() -> ResponseReturnValue:
    if "asked_by" not in session:
        return redirect(url_for("identity.sign_in"), 303)
    form = CodeForm()
    if refusal := session.pop("code_refused", ""):
        form.code.errors = [refusal]
    return render_template("app/identity/link_sent.html", form=form, email=session["asked_by"])


@blueprint.post("/connexion/code")
@public
@limiter.limit("60 per minute")
def consume_code() -> ResponseReturnValue:
    form = CodeForm()
    email = session.get("asked_by", "")
    if not form.submitted():
        return render_template("app/identity/link_sent.html", form=form, email=email), 422
    ctx = Context(NOBODY, clock.now())
    try:
        link = operations.consume_code(
            written(form.code), email=email, browser=this_browser(), ctx=ctx
        )
    except Conflict as error:
        # Led on rather than refused: the try is counted only if the request commits.
        session["code_refused"] = sentence_of(error)
        return redirect(url_for("identity.link_sent"), 303)
    return _welcome(link, ctx)


@blueprint.get("/connexion/lien/<token>")
@public
@limiter.limit("120 per minute")
def follow_link(token: str) -> ResponseReturnValue:
    """A mail scanner follows links: reading this page consumes nothing."""
    link = queries.pending_link(token, clock.now())
    if link is None:
        return render_template("app/identity/link_spent.html", message=""), 410
    if link.browser_hash != token_hash(session.get("browser", "")):
        code = sign_in_code(current_app.config["SECRET_KEY"], link.id)
        return render_template("app/identity/link_elsewhere.html", code=spaced_code(code))
    return render_template("app/identity/follow_link.html", token=token, email=link.email)


@blueprint.post("/connexion/lien/<token>")
@public
@limiter.limit("60 per minute")
def consume_link(token: str) -> ResponseReturnValue:
    ctx = Context(NOBODY, clock.now())
    try:
        link = operations.consume_link(token, browser=session.get("browser", ""), ctx=ctx)
    except Conflict as error:
        return render_template("app/identity/link_spent.html", message=sentence_of(error)), 409
    return _welcome(link, ctx)


def _welcome(link: SignInLink, ctx: Context) -> ResponseReturnValue:
    """The mailbox is proved: its person comes in, with the account it was proved for."""
    person = operations.person_at(link.email, ctx=ctx)
    if link.external_account_id is not None:
        provider = current_app.config["OIDC_NAME"]
        attach(link.external_account_id, person, provider=provider, ctx=ctx)
    admit(person, external_account_id=link.external_account_id, ctx=ctx)
    return onward(person, link.next_path)


@blueprint.post("/deconnexion")
@signed_in
def sign_out() -> ResponseReturnValue:
    """Sign out, for good or to sign in again at once and go on."""
    account_id = current_user.session.external_account_id
    operations.close_session(current_user.session.id, ctx=context())
    logout_user()
    session.clear()
    if next_path := safe_path(request.form.get("suite")):
        return redirect(url_for("identity.sign_in", suite=next_path), 303)
    if account_id is not None and current_app.config["OIDC_ISSUER"]:
        session["leaving"] = str(account_id)
        return redirect(url_for("oidc.leave"), 303)
    return see("portal.home", message=_("Votre session est fermée."))


@blueprint.get("/mon-compte")
@signed_in
def account() -> ResponseReturnValue:
    sessions = queries.current_sessions(_person().id, context().instant)
    seen = last_seen.seen(sessions)
    return render_template(
        "app/identity/account.html",
        person=_person(),
        current=current_user.session,
        sessions=[each for each in sessions if not last_seen.is_over(each, seen, clock.now())],
        seen=seen,
        external_accounts=accounts_of(_person().id),
        may_attach=signed_in_lately(current_user.session.created_at, context().instant),
    )


@blueprint.post("/mon-compte/sessions/<uuid:session_id>/fermer")
@signed_in
def close_session(session_id: UUID) -> ResponseReturnValue:
    operations.close_session(session_id, ctx=context())
    return see("identity.account", message=_("Cet appareil est déconnecté."))


@blueprint.post("/mon-compte/sessions/fermer-les-autres")
@signed_in
def close_other_sessions() -> ResponseReturnValue:
    operations.close_other_sessions(current_user.session.id, ctx=context())
    return see("identity.account", message=_("Tous vos autres appareils sont déconnectés."))


def init_app(app: Flask) -> None:
    login.user_loader(browser_of)
    app.register_blueprint(blueprint)
