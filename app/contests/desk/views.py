"""The moderators' desk for contests: what waits, deciding, contesting."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates.messages import allowed_labels, period
from app.authority.mandates.queries import mandate as read_mandate
from app.authority.memberships.queries import membership as read_membership
from app.authority.memberships.rules import recusal
from app.authority.rights.acts.judging import JUDGEABLE
from app.authority.rights.models import Right
from app.contests.acts import queries
from app.contests.forms import ContestForm, DecisionForm
from app.contests.operations import (
    contest_as_moderator,
    decide_contest,
)
from app.contests.queries import (
    contest_before,
    contests_in,
    mandates_given,
    memberships_given,
    people_of,
    signed_mandates,
    waiting_contests,
)
from app.contests.rules import judging_refusal
from app.db import db
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.actors import Level
from app.gate.refusals import check
from app.gate.verbs import CONTEST, DECIDE_CONTEST
from app.territories.forms import Picked, choices, picked
from app.territories.models import Territory
from app.territories.search import search_territories
from app.web import context, page_number, performs, see, signed_in, written

blueprint = Blueprint("contest_desk", __name__)


@blueprint.get("/moderation/contestations")
@signed_in
def waiting() -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    typed = request.args.get("nom", "")
    looking = bool(request.args.get("chercher"))
    found = Picked() if looking else picked(request.args.get("territoire"), typed)
    if found.territory is not None:
        return redirect(url_for("contest_desk.people", territory_id=found.territory.id), 303)
    return render_template(
        "app/contests/waiting.html",
        contests=waiting_contests(),
        judged=queries.contests_to_judge(page_number()),
        typed=typed,
        unclear=found.said,
        results=choices(search_territories(db.session(), typed)) if looking else found.results,
    )


@blueprint.route("/moderation/contestations/<uuid:contest_id>", methods=["GET", "POST"])
@signed_in
@performs(DECIDE_CONTEST)
def decide(contest_id: UUID) -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    found, own = contest_before(context().actor.person_id, contest_id, context().instant) or abort(
        404
    )
    form, status = DecisionForm(), 200
    if form.submitted():
        upheld = form.decision.data == "uphold"
        try:
            decide_contest(found, upheld=upheld, reason=written(form.reason), ctx=context())
        except DomainError as error:
            form.reason.errors, status = [sentence_of(error)], error.status
        else:
            message = (
                _("La contestation est écartée ; chacun en est informé.")
                if upheld
                else _("La contestation est retenue : statuez maintenant sur chacun des actes.")
            )
            return see("contest_desk.decide", contest_id=contest_id, message=message)
    elif form.errors:
        status = 422
    right = found.right
    barred = judging_refusal(
        context().actor.person_id,
        concerned=right.concerned,
        objectors=[said.person_id for said in found.objections if said.person_id],
    ) or recusal(concerned=own)
    return render_template(
        "app/contests/decide.html",
        contest=found,
        right=right,
        form=form,
        record=queries.deeds_of(found),
        labels={kind.subject_type: kind.words.label for kind in JUDGEABLE.values()},
        barred=sentence_of(barred) if barred else "",
        may_commit=Level.MAY_COMMIT,
        memberships=memberships_given(right),
        mandates=mandates_given(right),
        instant=context().instant,
        period=period,
        allowed=allowed_labels,
    ), status


@blueprint.get("/moderation/collectivites/<uuid:territory_id>")
@signed_in
def people(territory_id: UUID) -> ResponseReturnValue:
    check(context(), CONTEST)
    territory = db.session.get(Territory, territory_id) or abort(404)
    return render_template(
        "app/contests/people.html",
        territory=territory,
        period=period,
        memberships=people_of(territory_id),
        mandates=signed_mandates(territory_id),
        contests=contests_in(territory_id),
        instant=context().instant,
        may_commit=Level.MAY_COMMIT,
    )


@blueprint.route(
    "/moderation/rattachements/<uuid:membership_id>/contester", methods=["GET", "POST"]
)
@signed_in
@performs(CONTEST)
def contest_membership(membership_id: UUID) -> ResponseReturnValue:
    return _contest_right(read_membership(membership_id) or abort(404))


@blueprint.route("/moderation/mandats/<uuid:mandate_id>/contester", methods=["GET", "POST"])
@signed_in
@performs(CONTEST)
def contest_mandate(mandate_id: UUID) -> ResponseReturnValue:
    return _contest_right(read_mandate(mandate_id) or abort(404))


def _contest_right(right: Right) -> ResponseReturnValue:
    check(context(), CONTEST)
    form, status = ContestForm(), 200
    if form.submitted():
        try:
            opened = contest_as_moderator(right, reason=written(form.reason), ctx=context())
        except DomainError as error:
            form.reason.errors, status = [sentence_of(error)], error.status
        else:
            message = _("C’est contesté : une autre personne de l’équipe doit maintenant statuer.")
            return see("contest_desk.decide", contest_id=opened.id, message=message)
    elif form.errors:
        status = 422
    return render_template(
        "app/contests/contest.html",
        right=right,
        form=form,
    ), status
