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
from app.formats import sentence_of
from app.gate.actors import NOBODY, Context
from app.identity import known_browser, last_seen, operations, queries
from app.identity.allowances import spend
from app.identity.browser import admit, browser_of, onward, this_browser
from app.identity.forms import CodeForm, SignInForm
from app.identity.models import Person, SignInLink
from app.identity.oidc.operations import attach
from app.identity.oidc.queries import accounts_of
from app.identity.rules import (
    likely_email,
    normal_email,
    signed_in_lately,
    spaced_code,
)
from app.tokens import is_sign_in_token, sign_in_code, token_hash
from app.web import (
    context,
    limiter,
    login,
    public,
    safe_path,
    see,
    signed_in,
    whoever_asks,
    written,
)

blueprint = Blueprint("identity", __name__)


def _person() -> Person:
    person: Person = current_user.person
    return person


def _link_followed() -> str:
    """A link sent from here counts by itself: what strangers make up is counted with them."""
    token = (request.view_args or {})["token"]
    if is_sign_in_token(current_app.config["SECRET_KEY"], token):
        return "link:" + token_hash(token).hex()
    return whoever_asks()


def _code_awaited() -> str:
    """Each browser that a code was sent for counts by itself."""
    if "asked_by" in session:
        return "browser:" + token_hash(this_browser()).hex()
    return whoever_asks()


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    next_path = safe_path(request.values.get("suite"))
    if current_user.is_authenticated and request.method == "GET":
        return redirect(next_path or url_for("identity.account"), 303)
    form = SignInForm()
    if form.submitted():
        ctx, email = Context(NOBODY, clock.now()), normal_email(written(form.email))
        meant = likely_email(email)
        if meant and request.form.get("tel_quel") != email:
            return render_template(
                "app/identity/likely_email.html", typed=email, meant=meant, next_path=next_path
            ), 422
        spend(email, own=known_browser.knows(email, ctx.instant))
        operations.request_link(email, browser=this_browser(), next_path=next_path, ctx=ctx)
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
@limiter.limit("60 per minute", key_func=_code_awaited)
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
@limiter.limit("120 per minute", key_func=_link_followed)
def follow_link(token: str) -> ResponseReturnValue:
    """A mail scanner follows links: reading this page consumes nothing."""
    link = queries.link_in_hand(token, clock.now())
    if link is None or link.expires_at <= clock.now():
        return _spent(token if link else ""), 410
    if link.browser_hash != token_hash(session.get("browser", "")):
        code = sign_in_code(current_app.config["SECRET_KEY"], link.id)
        return render_template(
            "app/identity/link_elsewhere.html", code=spaced_code(code), token=token
        )
    return render_template("app/identity/follow_link.html", token=token, email=link.email)


def _spent(token: str = "", message: str = "") -> str:
    """`token` is that of a link not used, by which one asks for another here."""
    return render_template("app/identity/link_spent.html", token=token, message=message)


@blueprint.post("/connexion/lien/<token>/ici")
@public
@limiter.limit("60 per minute", key_func=_link_followed)
def ask_here(token: str) -> ResponseReturnValue:
    """Ask for a link in this browser by one received: who holds it reads the mailbox.

    What the other request carried, where to go and an account to attach, is left to who made it.
    """
    ctx = Context(NOBODY, clock.now())
    link = queries.link_in_hand(token, ctx.instant)
    if link is None:
        return _spent(), 410
    spend(link.email, own=f"link {link.id}")
    own = link.browser_hash == token_hash(this_browser())
    operations.request_link(
        link.email, browser=this_browser(), next_path=link.next_path if own else "", ctx=ctx
    )
    session["asked_by"] = link.email
    return redirect(url_for("identity.link_sent"), 303)


@blueprint.post("/connexion/lien/<token>")
@public
@limiter.limit("60 per minute", key_func=_link_followed)
def consume_link(token: str) -> ResponseReturnValue:
    ctx = Context(NOBODY, clock.now())
    try:
        link = operations.consume_link(token, browser=session.get("browser", ""), ctx=ctx)
    except Conflict as error:
        return _spent(message=sentence_of(error)), 409
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
    if operations.close_session(session_id, ctx=context()):
        known_browser.forget(session_id)
    return see("identity.account", message=_("Cet appareil est déconnecté."))


@blueprint.post("/mon-compte/sessions/fermer-les-autres")
@signed_in
def close_other_sessions() -> ResponseReturnValue:
    operations.close_other_sessions(current_user.session.id, ctx=context())
    known_browser.forget_others(current_user.session, instant=context().instant)
    return see("identity.account", message=_("Tous vos autres appareils sont déconnectés."))


def init_app(app: Flask) -> None:
    login.user_loader(browser_of)
    app.extensions["known_browser"] = known_browser.present
    app.register_blueprint(blueprint)
