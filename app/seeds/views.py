"""In development, the demonstration: its moment, how to replay it at another, and its codes."""

from __future__ import annotations

import pyotp
from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.db import db
from app.errors import NotFound
from app.identity.models import Person
from app.identity.stepup.models import Authenticator
from app.identity.stepup.totp import STEP_SECONDS
from app.seeds import demonstration
from app.seeds.authenticators import secret_of
from app.seeds.jobs import replay as replay_job
from app.seeds.people import DOMAIN
from app.seeds.progress import Progress, State, keep, kept
from app.seeds.signing import SIGN_INS
from app.seeds.story import Moment
from app.web import Form, public, see

blueprint = Blueprint("demonstration", __name__)


@blueprint.get("/demonstration")
@public
def index() -> ResponseReturnValue:
    present = demonstration.present_moment()
    return render_template(
        "app/seeds/demonstration.html",
        moments=list(Moment),
        present=present,
        alone=demonstration.is_alone(),
        progress=kept(),
        sign_ins=SIGN_INS,
    )


@blueprint.get("/demonstration/<name>/rejouer")
@public
def confirm(name: str) -> ResponseReturnValue:
    return render_template(
        "app/seeds/confirm.html", moment=_moment(name), alone=demonstration.is_alone()
    )


@blueprint.post("/demonstration/<name>/rejouer")
@public
def replay(name: str) -> ResponseReturnValue:
    moment = _moment(name)
    under_way = kept()
    if Form().submitted() and (under_way is None or under_way.is_over):
        keep(Progress(moment, State.WAITING))
        replay_job.enqueue(moment)
    return see("demonstration.progress")


@blueprint.get("/demonstration/avancement")
@public
def progress() -> ResponseReturnValue:
    found = kept()
    if found is None:
        return redirect(url_for("demonstration.index"), 303)
    if found.state is State.DONE:
        label = _(Moment(found.moment).label)
        flash(_("La démonstration est prête, au moment « %(moment)s ».", moment=label), "success")
        return redirect(url_for("portal.home"), 303)
    page = render_template("app/seeds/progress.html", progress=found, moment=Moment(found.moment))
    return page, {} if found.is_over else {"Refresh": "1"}


@blueprint.get("/developpement/codes")
@public
def codes() -> ResponseReturnValue:
    """The codes of the moment: what the telephones of the demonstration would show."""
    instant = clock.now()
    emails = db.session.scalars(
        select(Person.email)
        .join(Authenticator, Authenticator.person_id == Person.id)
        .where(Person.email.endswith(f"@{DOMAIN}"), Authenticator.confirmed_at.is_not(None))
        .order_by(Person.email)
    )
    shown = [(email, pyotp.TOTP(secret_of(email)).at(instant)) for email in emails]
    left = STEP_SECONDS - int(instant.timestamp()) % STEP_SECONDS
    return render_template("app/seeds/codes.html", codes=shown, left=left)


def _moment(name: str) -> Moment:
    try:
        return demonstration.moment_named(name)
    except NotFound:
        abort(404)


def init_app(app: Flask) -> None:
    """Open these pages on one's own machine only."""
    here = app.config["LOCAL_FOLDER"] is not None
    app.add_template_global(lambda: here, "has_demonstration")
    if here:
        app.register_blueprint(blueprint)
