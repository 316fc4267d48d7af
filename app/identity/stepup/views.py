"""One's second factor, confirming with it, and where the gate leads whoever must."""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, session, url_for
from flask.blueprints import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_login import current_user, login_user
from wtforms import Field

from app import db
from app.error_pages import ANSWERS, refused
from app.errors import N_, Conflict, DomainError, Invalid, StepUpNeeded
from app.formats import sentence_of
from app.gate.refusals import check
from app.gate.verbs import CHANGE_AUTHENTICATOR, ENROL, RESET_AUTHENTICATOR
from app.identity.browser import Browser, renew_token
from app.identity.models import Person, Session
from app.identity.rules import normal_email, signed_in_lately
from app.identity.stepup import operations, queries, rules, totp
from app.identity.stepup.forms import CodeForm, RecoveryForm, ResetForm
from app.web import (
    SAFE_METHODS,
    context,
    limiter,
    performs,
    safe_path,
    see,
    signed_in,
    written,
)

blueprint = Blueprint("stepup", __name__)

# Which form a wrong code was typed in, shown once on the page one is led back to.
_WRONG = "wrong_code_in"


def _session() -> Session:
    found: Session = current_user.session
    return found


def _person() -> Person:
    return _session().person


def _next_path() -> str:
    return safe_path(request.values.get("suite"))


def _keep(token: str) -> None:
    """Give the browser its new token; nothing else in its cookie changes."""
    login_user(Browser(token, _session()))


@blueprint.get("/mon-compte/double-authentification")
@signed_in
def overview() -> ResponseReturnValue:
    person, ctx = _person(), context()
    authenticator = queries.authenticator_of(person.id)
    return render_template(
        "app/identity/stepup/overview.html",
        authenticator=authenticator,
        codes_left=queries.count_recovery_codes(person.id) if authenticator else 0,
        stepped_up=ctx.stepped_up,
        hours=queries.step_up_hours(),
        serves=bool(ctx.actor.appointments),
        may_add=signed_in_lately(_session().created_at, ctx.instant),
        next_path=_next_path(),
    )


@blueprint.post("/mon-compte/double-authentification/ajouter")
@signed_in
@performs(ENROL, CHANGE_AUTHENTICATOR)
def begin() -> ResponseReturnValue:
    operations.begin_enrolment(_session(), ctx=context())
    return redirect(url_for("stepup.enrol", suite=_next_path() or None), 303)


@blueprint.get("/mon-compte/double-authentification/ajouter")
@signed_in
def enrol() -> ResponseReturnValue:
    return _enrolment(CodeForm(), 200)


@blueprint.post("/mon-compte/double-authentification/activer")
@signed_in
@performs(ENROL, CHANGE_AUTHENTICATOR)
@limiter.limit("30 per minute")
def activate() -> ResponseReturnValue:
    form = CodeForm()
    if form.submitted():
        try:
            codes, token = operations.confirm_enrolment(
                _session(), code=written(form.code), ctx=context()
            )
        except Invalid as error:
            form.code.errors = [sentence_of(error)]
        else:
            _keep(token)
            return _recovery_codes(codes, added=True)
    return _enrolment(form, 422)


def _enrolment(form: CodeForm, status: int) -> ResponseReturnValue:
    person, ctx = _person(), context()
    if queries.authenticator_of(person.id) is not None:
        check(ctx, CHANGE_AUTHENTICATOR)
    pending = queries.pending_authenticator_of(_session(), ctx.instant)
    if pending is None:
        return redirect(url_for("stepup.overview", suite=_next_path() or None), 303)
    secret = queries.secret_of(pending)
    uri = totp.uri(secret, person.email)
    return render_template(
        "app/identity/stepup/enrol.html",
        form=form,
        uri=uri,
        picture=totp.picture(uri),
        secret=rules.grouped(secret),
        next_path=_next_path(),
    ), status


def _recovery_codes(codes: list[str], *, added: bool = False) -> ResponseReturnValue:
    """Shown in answer to the form itself: no address leads to them a second time."""
    return render_template(
        "app/identity/stepup/recovery_codes.html",
        codes=codes,
        added=added,
        next_path=_next_path(),
        instant=context().instant,
    )


@blueprint.post("/mon-compte/double-authentification/codes")
@signed_in
@performs(CHANGE_AUTHENTICATOR)
def renew_codes() -> ResponseReturnValue:
    codes = operations.renew_recovery_codes(_person(), ctx=context())
    renew_token(ctx=context())
    return _recovery_codes(codes)


@blueprint.route("/mon-compte/double-authentification/retirer", methods=["GET", "POST"])
@signed_in
@performs(CHANGE_AUTHENTICATOR)
def remove() -> ResponseReturnValue:
    check(context(), CHANGE_AUTHENTICATOR)
    if request.method == "POST":
        operations.remove_authenticator(_person(), ctx=context())
        renew_token(ctx=context())
        return see("stepup.overview", message=_("Votre double authentification est retirée."))
    return render_template("app/identity/stepup/remove.html")


@blueprint.route("/mon-compte/confirmation", methods=["GET", "POST"])
@signed_in
@limiter.limit("30 per minute", methods=["POST"])
def confirm() -> ResponseReturnValue:
    next_path = _next_path()
    if queries.authenticator_of(_person().id) is None:
        return redirect(url_for("stepup.overview", suite=next_path or None), 303)
    if request.method == "GET":
        return _confirmed(next_path) if context().stepped_up else _asked_again()
    by_recovery = "recovery" in request.form
    form = RecoveryForm() if by_recovery else CodeForm()
    field = form.recovery if isinstance(form, RecoveryForm) else form.code
    if not form.submitted():
        return _confirmation(form, 422)
    try:
        token = operations.step_up(
            _session(), code=written(field), counted_apart=_counted_apart(), ctx=context()
        )
    except Conflict as error:
        field.errors = [sentence_of(error)]
        return _confirmation(form, error.status)
    if token is None:
        # Led on rather than answered: a wrong code is kept count of, and only what leads on is
        # committed.
        session[_WRONG] = field.name
        return redirect(url_for("stepup.confirm", suite=next_path or None), 303)
    _keep(token)
    return _confirmed(next_path)


def _counted_apart() -> bool:
    """Whether the browser was confirmed before: its tries are then counted here, by themselves.

    Raises Conflict once there were too many.
    """
    if _session().stepped_up_at is None or not limiter.enabled:
        return False
    try:
        _one_try_more()
    except RateLimitExceeded as error:
        raise Conflict(
            N_("Trop de codes ont été tapés dans ce navigateur."),
            way_out=N_("Attendez dix minutes, ou demain si cela dure."),
        ) from error
    return True


@limiter.shared_limit(
    "5 per 10 minutes; 20 per day",
    "confirmations",
    key_func=lambda: str(_session().id),
    override_defaults=False,
)
def _one_try_more() -> None:
    pass


def _confirmed(next_path: str) -> ResponseReturnValue:
    if next_path:
        return redirect(next_path, 303)
    return see("stepup.overview", message=_("C’est confirmé sur cet appareil."))


def _asked_again() -> ResponseReturnValue:
    wrong = session.pop(_WRONG, None)
    form = RecoveryForm(formdata=None) if wrong == "recovery" else CodeForm(formdata=None)
    if wrong:
        field: Field = form.recovery if isinstance(form, RecoveryForm) else form.code
        field.errors = [
            _("Ce code de secours n’est pas le bon, ou il a déjà servi.")
            if wrong == "recovery"
            else _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.")
        ]
    return _confirmation(form, 200)


def _confirmation(form: CodeForm | RecoveryForm, status: int) -> ResponseReturnValue:
    recovering = isinstance(form, RecoveryForm)
    return render_template(
        "app/identity/stepup/confirm.html",
        form=form,
        recovering=recovering,
        code=CodeForm(formdata=None) if recovering else form,
        recovery=form if recovering else RecoveryForm(formdata=None),
        hours=queries.step_up_hours(),
        next_path=_next_path(),
    ), status


@blueprint.route("/administration/double-authentification", methods=["GET", "POST"])
@signed_in
@performs(RESET_AUTHENTICATOR)
def reset() -> ResponseReturnValue:
    check(context(), RESET_AUTHENTICATOR)
    form = ResetForm()
    if form.submitted():
        person = queries.person_with_authenticator(normal_email(written(form.email)))
        if person is None:
            form.email.errors = [_("Personne à cette adresse n’a de double authentification.")]
        else:
            try:
                operations.reset_authenticator(person, reason=written(form.reason), ctx=context())
                return see(
                    "stepup.reset",
                    message=_("C’est fait : un courrier l’annonce à la personne, avec la raison."),
                )
            except (Conflict, Invalid) as error:
                form.email.errors = [sentence_of(error)]
    status = 422 if form.errors else 200
    return render_template("app/identity/stepup/reset.html", form=form), status


def lead_to_confirmation(error: DomainError) -> ResponseReturnValue:
    """Lead a page refused for want of a step-up to confirm and back; an act says what to do.

    What a program asked for, or a script within a page, is answered as any other refusal.
    """
    by_program = request.accept_mimetypes.best_match(ANSWERS) in ANSWERS[1:]
    if by_program or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return refused(error)
    if request.method in SAFE_METHODS:
        here = request.full_path.rstrip("?")
        return redirect(url_for("stepup.confirm", suite=here), 303)
    db.rollback()
    sent = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    return render_template(
        "app/identity/stepup/needed.html",
        refusal=sentence_of(error),
        action=request.full_path.rstrip("?"),
        sent=sent,
        has_files=any(file.filename for file in request.files.values()),
    ), error.status


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_error_handler(StepUpNeeded, lead_to_confirmation)
