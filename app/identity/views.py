"""Signing in and out, one's own account, appointments."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import UserMixin, current_user, login_user, logout_user

from app import clock
from app.db import db
from app.errors import Conflict
from app.gate import APPOINT, NOBODY, Context, Role, check
from app.identity import operations, queries
from app.identity.forms import AppointmentForm, ProfileForm, SignInForm
from app.identity.models import Appointment, Person, Profile, Session
from app.identity.rules import normal_email
from app.web import context, limiter, login, public, safe_path, see, signed_in, told, written

blueprint = Blueprint("identity", __name__)


class Browser(UserMixin):  # type: ignore[misc]
    """What Flask-Login remembers: the browser's session token, and no person's number."""

    def __init__(self, token: str, row: Session) -> None:
        self.token = token
        self.session = row
        self.person = row.person

    def get_id(self) -> str:
        return self.token


def _browser(token: str) -> Browser | None:
    row = queries.session_by_token(token, clock.now())
    return Browser(token, row) if row else None


def signed_in_person() -> Person | None:
    """The person behind the present request, if they are signed in."""
    return current_user.person if current_user.is_authenticated else None


def _person() -> Person:
    person: Person = current_user.person
    return person


def _address_asked() -> str:
    """One mailbox is not to be flooded, wherever the requests come from."""
    return "mailbox:" + normal_email(request.form.get("email", ""))


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute;300 per hour", methods=["POST"])
@limiter.limit("5 per 10 minutes", key_func=_address_asked, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    next_path = safe_path(request.values.get("suite"))
    if current_user.is_authenticated and request.method == "GET":
        return redirect(next_path or url_for("identity.account"), 303)
    form = SignInForm()
    if form.submitted():
        ctx = Context(NOBODY, clock.now())
        operations.request_link(written(form.email), next_path=next_path, ctx=ctx)
        session["asked_by"] = form.email.data
        return redirect(url_for("identity.link_sent"), 303)
    status = 422 if form.errors else 200
    return render_template("app/identity/sign_in.html", form=form, next_path=next_path), status


@blueprint.get("/connexion/envoyee")
@public
def link_sent() -> ResponseReturnValue:
    return render_template("app/identity/link_sent.html", email=session.get("asked_by", ""))


@blueprint.get("/connexion/lien/<token>")
@public
def follow_link(token: str) -> ResponseReturnValue:
    """A mail scanner follows links: reading this page consumes nothing."""
    return render_template("app/identity/follow_link.html", token=token)


@blueprint.post("/connexion/lien/<token>")
@public
@limiter.limit("30 per minute")
def consume_link(token: str) -> ResponseReturnValue:
    ctx = Context(NOBODY, clock.now())
    try:
        link = operations.consume_link(token, ctx=ctx)
    except Conflict as error:
        return render_template("app/identity/link_spent.html", message=told(error)), 409
    person = operations.person_at(link.email, ctx=ctx)
    row, browser_token = operations.open_session(person, browser=request.user_agent.string, ctx=ctx)
    row.person = person
    session.clear()
    session.permanent = True
    login_user(Browser(browser_token, row))
    if not person.profile_complete:
        return redirect(url_for("identity.profile", suite=link.next_path or None), 303)
    return redirect(link.next_path or url_for("portal.home"), 303)


@blueprint.post("/deconnexion")
@signed_in
def sign_out() -> ResponseReturnValue:
    operations.close_session(current_user.session.id, ctx=context())
    logout_user()
    session.clear()
    return see("portal.home", message=_("Vous êtes déconnecté."))


@blueprint.get("/mon-compte")
@signed_in
def account() -> ResponseReturnValue:
    return render_template(
        "app/identity/account.html",
        person=_person(),
        current=current_user.session,
        sessions=queries.standing_sessions(_person().id, context().instant),
    )


@blueprint.route("/mon-compte/profil", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    person = _person()
    next_path = safe_path(request.values.get("suite"))
    form = ProfileForm(obj=person)
    if form.submitted():
        operations.complete_profile(
            person,
            full_name=written(form.full_name),
            profile=Profile(form.profile.data),
            function=written(form.function),
            organisation=written(form.organisation),
            ctx=context(),
        )
        if next_path:
            return redirect(next_path, 303)
        return see("identity.account", message=_("Votre profil est enregistré."))
    status = 422 if form.errors else 200
    return render_template("app/identity/profile.html", form=form, next_path=next_path), status


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


@blueprint.route("/administration/nominations", methods=["GET", "POST"])
@signed_in
def appointments() -> ResponseReturnValue:
    check(context(), APPOINT)
    form = AppointmentForm()
    status = 200
    if form.submitted():
        try:
            operations.appoint(written(form.email), Role(form.role.data), ctx=context())
            return see("identity.appointments", message=_("La nomination est enregistrée."))
        except Conflict as error:
            form.email.errors = [told(error)]
    if form.errors:
        status = 422
    return render_template(
        "app/identity/appointments.html", form=form, appointments=queries.standing_appointments()
    ), status


@blueprint.post("/administration/nominations/<uuid:appointment_id>/fin")
@signed_in
def end_appointment(appointment_id: UUID) -> ResponseReturnValue:
    appointment = db.session.get(Appointment, appointment_id) or abort(404)
    operations.end_appointment(appointment, ctx=context())
    return see("identity.appointments", message=_("La nomination a pris fin."))


def init_app(app: Flask) -> None:
    login.user_loader(_browser)
    app.register_blueprint(blueprint)
