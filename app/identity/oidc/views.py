"""To the identity provider and back: to sign in, to attach an account, to sign out."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
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
from flask_login import current_user

from app import clock
from app.db import db, rollback
from app.errors import N_, Conflict, DomainError
from app.formats import sentence_of
from app.gate.actors import NOBODY, Context
from app.gate.verbs import ATTACH_ACCOUNT
from app.identity.allowances import spend
from app.identity.browser import admit, onward, renew_token, this_browser
from app.identity.models import Person
from app.identity.oidc import operations, provider
from app.identity.oidc.models import ExternalAccount
from app.identity.oidc.rules import ProviderDown, ProviderRefusal, flow_refusal
from app.identity.operations import request_link
from app.tokens import token_hash
from app.web import (
    Form,
    context,
    limiter,
    performs,
    public,
    safe_path,
    see,
    signed_in,
    whoever_asks,
    writes_on_get,
)

blueprint = Blueprint("oidc", __name__)


def _flow_begun() -> str:
    """Each sign-in begun here counts by itself."""
    state = session.get("oidc", {}).get("state", "")
    return "flow:" + token_hash(state).hex() if state else whoever_asks()


def _failed(error: DomainError) -> ResponseReturnValue:
    """Show why signing in failed, with the ways out, and forget what was begun."""
    rollback()
    current_app.logger.info("sign-in through the provider: %s", error.__cause__ or error)
    return render_template(
        "app/identity/oidc/failed.html",
        message=sentence_of(error),
        signed_in=current_user.is_authenticated,
    ), error.status


@blueprint.get("/connexion/externe")
@public
def start() -> ResponseReturnValue:
    next_path = safe_path(request.args.get("suite"))
    if current_user.is_authenticated:
        return redirect(next_path or url_for("identity.account"), 303)
    return _depart(next_path=next_path)


@blueprint.get("/mon-compte/externe/rattacher")
@signed_in
@limiter.limit("20 per minute")
def start_attaching() -> ResponseReturnValue:
    """Leave for the provider; what one brings back is asked about (`attach`)."""
    return _depart(attaching_in=str(current_user.session.id))


def _depart(*, next_path: str = "", attaching_in: str = "") -> ResponseReturnValue:
    try:
        address, kept = provider.configured().begin(return_to=_return_address())
    except ProviderDown as error:
        return _failed(error)
    # In place of the one begun before: the cookie does not grow, whatever is left unfinished.
    session["oidc"] = {
        **kept,
        "begun_at": clock.now().isoformat(),
        "next_path": next_path,
        "attaching_in": attaching_in,
    }
    return redirect(address, 303)


@blueprint.get("/connexion/externe/retour")
@public
@writes_on_get
@limiter.limit("60 per minute", key_func=_flow_begun)
def callback() -> ResponseReturnValue:
    """The one page that writes when read: the provider sends people back to it by a link."""
    ctx = Context(NOBODY, clock.now())
    # Taken out at once: whatever comes of it, a state serves once.
    flow = session.pop("oidc", {})
    try:
        account = _identified(flow, ctx)
        if flow["attaching_in"]:
            return _brought_back(account, flow["attaching_in"])
    except DomainError as error:
        return _failed(error)
    if account.person_id is None:
        session["met"] = str(account.id)
        session["met_for"] = flow["next_path"]
        return redirect(url_for("oidc.prove"), 303)
    person = db.session.get_one(Person, account.person_id)
    admit(person, external_account_id=account.id, ctx=ctx)
    return onward(person, flow["next_path"])


def _identified(flow: dict[str, str], ctx: Context) -> ExternalAccount:
    """The account that comes back from the provider, met now if not before."""
    known = provider.configured()
    begun_at = datetime.fromisoformat(flow["begun_at"]) if flow else None
    state = request.args.get("state", "")
    same_state = secrets.compare_digest(flow.get("state", "").encode(), state.encode())
    if refused := flow_refusal(begun_at, ctx.instant, same_state=same_state):
        raise refused
    if not known.is_named(request.args.get("iss")):
        raise ProviderRefusal(N_("Ce retour vient d’un autre fournisseur d’identité."))
    if "error" in request.args:
        raise _refused_there(request.args["error"], known.name)
    claims, id_token = known.identified(
        request.args.get("code", ""),
        return_to=_return_address(),
        verifier=flow["verifier"],
        nonce=flow["nonce"],
    )
    try:
        validate_email(claims.email, check_deliverability=False)
    except EmailNotValidError as error:
        raise ProviderRefusal(
            N_("%(provider)s n’a pas transmis d’adresse électronique valable."),
            way_out=N_("Connectez-vous par un lien reçu par courrier électronique."),
            provider=known.name,
        ) from error
    return operations.meet(known.issuer, claims, id_token=id_token, ctx=ctx)


def _refused_there(error: str, name: str) -> ProviderRefusal:
    if error == "access_denied":
        return ProviderRefusal(
            N_("Vous avez interrompu la connexion avec %(provider)s."), provider=name
        )
    if error in {"temporarily_unavailable", "server_error"}:
        return ProviderDown(N_("%(provider)s ne répond pas en ce moment."), provider=name)
    return ProviderRefusal(N_("%(provider)s n’a pas confirmé votre connexion."), provider=name)


def _brought_back(account: ExternalAccount, session_id: str) -> ResponseReturnValue:
    """An account that someone signed in may take as theirs, in the session where they asked."""
    if not current_user.is_authenticated or str(current_user.session.id) != session_id:
        raise ProviderRefusal(N_("Votre session a changé pendant la connexion."))
    session["brought"] = str(account.id)
    return redirect(url_for("oidc.attach"), 303)


@blueprint.route("/mon-compte/externe/confirmer", methods=["GET", "POST"])
@signed_in
@performs(ATTACH_ACCOUNT)
@limiter.limit("20 per minute", methods=["POST"])
def attach() -> ResponseReturnValue:
    """The account may be of whoever led the person there: they say whether it is theirs."""
    brought = session.get("brought")
    account = db.session.get(ExternalAccount, UUID(brought)) if brought else None
    if account is None:
        return redirect(url_for("identity.account"), 303)
    if not Form().submitted():
        return render_template("app/identity/oidc/attach.html", email=account.email)
    name = provider.configured().name
    try:
        operations.attach_own(account.id, current_user.session, provider=name, ctx=context())
    except Conflict as error:
        return _failed(error)
    session.pop("brought")
    renew_token(ctx=context())
    return see(
        "identity.account",
        message=_("Vous pouvez désormais vous connecter avec %(provider)s.", provider=name),
    )


def _met() -> ExternalAccount | None:
    """The account this browser came back with, while it is nobody's."""
    known = session.get("met")
    account = db.session.get(ExternalAccount, UUID(known)) if known else None
    return account if account is not None and account.person_id is None else None


@blueprint.route("/connexion/externe/adresse", methods=["GET", "POST"])
@public
def prove() -> ResponseReturnValue:
    """First time: the address the provider claims is proved, whether it is known here or not."""
    account = _met()
    if account is None:
        return redirect(url_for("identity.sign_in"), 303)
    if not Form().submitted():
        return render_template("app/identity/oidc/prove.html", email=account.email)
    spend(account.email, own=f"account {account.id}")
    request_link(
        account.email,
        browser=this_browser(),
        next_path=session.get("met_for", ""),
        external_account_id=account.id,
        provider=provider.configured().name,
        ctx=Context(NOBODY, clock.now()),
    )
    session["asked_by"] = account.email
    return redirect(url_for("identity.link_sent"), 303)


@blueprint.post("/mon-compte/externe/<uuid:account_id>/detacher")
@signed_in
def detach(account_id: UUID) -> ResponseReturnValue:
    operations.detach(account_id, kept_session_id=current_user.session.id, ctx=context())
    renew_token(ctx=context())
    name = provider.configured().name
    return see(
        "identity.account", message=_("Votre compte %(provider)s est détaché.", provider=name)
    )


@blueprint.get("/deconnexion/externe")
@public
def leave() -> ResponseReturnValue:
    """Offer, once signed out here, to sign out at the provider too: on a page of its own, for the
    Content-Security-Policy forbids the sign-out form to redirect out of the site."""
    known = session.pop("leaving", "")
    account = db.session.get(ExternalAccount, UUID(known)) if known else None
    address = state = ""
    if account is not None and account.issuer == provider.configured().issuer:
        try:
            address, state = provider.configured().sign_out(
                id_token=account.id_token, return_to=url_for("oidc.left", _external=True)
            )
        except ProviderDown as error:
            current_app.logger.info("sign-out from the provider: %s", error)
    if not address:
        return see("portal.home", message=_("Votre session est fermée."))
    session["left"] = state
    return render_template("app/identity/oidc/leave.html", address=address)


@blueprint.get("/deconnexion/externe/retour")
@public
def left() -> ResponseReturnValue:
    """Back from the provider, where one signed out."""
    state = session.pop("left", "")
    returned = request.args.get("state", "")
    if not state or not secrets.compare_digest(state.encode(), returned.encode()):
        return redirect(url_for("portal.home"), 303)
    return see("portal.home", message=_("Votre session est fermée."))


def _return_address() -> str:
    return url_for("oidc.callback", _external=True)


def init_app(app: Flask) -> None:
    """Open the way to the provider, if the settings name one."""
    if app.config["OIDC_ISSUER"]:
        provider.init_app(app)
        app.register_blueprint(blueprint)
