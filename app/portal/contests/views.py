"""The moderators' desk for contests: deciding, annulling what was done, contesting."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.errors import DomainError
from app.formats import moment
from app.gate import (
    ANNUL_CONTRIBUTION,
    ANNUL_PARTICIPATION,
    ANNUL_SUPPORT,
    CONTEST,
    DECIDE_CONTEST,
    Level,
    check,
)
from app.portal.contests import queries
from app.territories.mandates.queries import mandate as read_mandate
from app.territories.mandates.rules import ACTION_LABELS
from app.territories.memberships.contests.forms import AnnulmentForm, ContestForm, DecisionForm
from app.territories.memberships.contests.models import Contest, Right
from app.territories.memberships.contests.operations import contest_as_moderator, decide_contest
from app.territories.memberships.contests.queries import (
    contest,
    contests_in,
    people_of,
    signed_mandates,
    waiting_contests,
)
from app.territories.memberships.models import Membership
from app.territories.memberships.queries import membership as read_membership
from app.territories.models import Territory
from app.territories.search import search_territories
from app.territories.views import choices, chosen_territory
from app.web import context, performs, see, signed_in, told, written
from consultation.triage.annulments.operations import annul_contribution
from voting.ami.operations import annul_participation
from voting.supports.operations import annul_support

blueprint = Blueprint("contest_desk", __name__)


@blueprint.get("/moderation/contestations")
@signed_in
def waiting() -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    typed = request.args.get("nom", "")
    territory = chosen_territory(request.args.get("territoire"))
    if territory is not None and not request.args.get("chercher"):
        return redirect(url_for("contest_desk.people", territory_id=territory.id), 303)
    return render_template(
        "app/portal/contests/waiting.html",
        contests=waiting_contests(),
        typed=typed,
        results=choices(search_territories(db.session(), typed)) if typed else None,
    )


@blueprint.route("/moderation/contestations/<uuid:contest_id>", methods=["GET", "POST"])
@signed_in
@performs(DECIDE_CONTEST)
def decide(contest_id: UUID) -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    found = contest(contest_id) or abort(404)
    form, status = DecisionForm(), 200
    if form.submitted():
        upheld = form.decision.data == "uphold"
        try:
            decide_contest(found, upheld=upheld, reason=written(form.reason), ctx=context())
        except DomainError as error:
            form.reason.errors, status = [told(error)], error.status
        else:
            message = (
                _("La contestation est écartée ; chacun en est informé.")
                if upheld
                else _("La contestation est retenue : statuez maintenant sur chacun des actes.")
            )
            return see("contest_desk.decide", contest_id=contest_id, message=message)
    elif form.errors:
        status = 422
    me = context().actor.person_id
    return render_template(
        "app/portal/contests/decide.html", contest=found, right=found.right, form=form,
        is_membership=found.mandate_id is None, acts=queries.acts_of(found),
        objects=any(said.person_id == me for said in found.objections),
        allowed=[
            _(label)
            for action, label in ACTION_LABELS.items()
            if found.mandate and action in found.mandate.allowed
        ],
    ), status  # fmt: skip


@blueprint.route(
    "/moderation/contestations/<uuid:contest_id>/soutiens/<uuid:support_id>",
    methods=["GET", "POST"],
)
@signed_in
@performs(ANNUL_SUPPORT)
def annul_one_support(contest_id: UUID, support_id: UUID) -> ResponseReturnValue:
    check(context(), ANNUL_SUPPORT)
    found, act = _contest(contest_id), queries.support(support_id) or abort(404)
    return _annul(
        found, _("Annuler un soutien"),
        [
            (_("Collectivité"), act.territory.label), (_("Proposition"), act.proposal.title),
            (_("Donné le"), moment(act.given_at)),
        ],
        lambda reason: annul_support(act, contest=found, reason=reason, ctx=context()),
    )  # fmt: skip


@blueprint.route(
    "/moderation/contestations/<uuid:contest_id>/participations/<uuid:participation_id>",
    methods=["GET", "POST"],
)
@signed_in
@performs(ANNUL_PARTICIPATION)
def annul_one_participation(contest_id: UUID, participation_id: UUID) -> ResponseReturnValue:
    check(context(), ANNUL_PARTICIPATION)
    found, act = _contest(contest_id), queries.participation(participation_id) or abort(404)
    return _annul(
        found, _("Annuler une participation"),
        [
            (_("Collectivité"), act.territory.label), (_("Proposition"), act.proposal.title),
            (_("Part prise"), _(act.part.label)), (_("Depuis le"), moment(act.joined_at)),
        ],
        lambda reason: annul_participation(act, contest=found, reason=reason, ctx=context()),
    )  # fmt: skip


@blueprint.route(
    "/moderation/contestations/<uuid:contest_id>/contributions/<uuid:contribution_id>",
    methods=["GET", "POST"],
)
@signed_in
@performs(ANNUL_CONTRIBUTION)
def annul_one_contribution(contest_id: UUID, contribution_id: UUID) -> ResponseReturnValue:
    check(context(), ANNUL_CONTRIBUTION)
    found, act = _contest(contest_id), queries.contribution(contribution_id) or abort(404)
    return _annul(
        found, _("Annuler une contribution"),
        [
            (_("Collectivité"), [place.label for place in act.places]),
            (_("Contribution"), _("n° %(number)d, %(title)s", number=act.number, title=act.title)),
            (_("Déposée le"), moment(act.submitted_at) if act.submitted_at else ""),
        ],
        lambda reason: annul_contribution(act, contest=found, reason=reason, ctx=context()),
    )  # fmt: skip


def _contest(contest_id: UUID) -> Contest:
    return contest(contest_id) or abort(404)


def _annul(
    found: Contest, title: str, facts: list[tuple[str, object]], annul: Callable[[str], object]
) -> ResponseReturnValue:
    """Annul one act for a public reason, or show again why it cannot be."""
    form, status = AnnulmentForm(), 200
    if form.submitted():
        try:
            annul(written(form.reason))
        except DomainError as error:
            form.reason.errors, status = [told(error)], error.status
        else:
            message = _("C’est annulé ; le journal public le dit, avec sa raison.")
            return see("contest_desk.decide", contest_id=found.id, message=message)
    elif form.errors:
        status = 422
    return render_template(
        "app/portal/contests/annul.html", contest=found, title=title, facts=facts, form=form
    ), status


@blueprint.get("/moderation/collectivites/<uuid:territory_id>")
@signed_in
def people(territory_id: UUID) -> ResponseReturnValue:
    check(context(), CONTEST)
    territory = db.session.get(Territory, territory_id) or abort(404)
    return render_template(
        "app/portal/contests/people.html", territory=territory, last_day=clock.last_day,
        memberships=people_of(territory_id), mandates=signed_mandates(territory_id),
        contests=contests_in(territory_id), instant=context().instant, may_commit=Level.MAY_COMMIT,
    )  # fmt: skip


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
            form.reason.errors, status = [told(error)], error.status
        else:
            message = _("C’est contesté : une autre personne de l’équipe doit maintenant statuer.")
            return see("contest_desk.decide", contest_id=opened.id, message=message)
    elif form.errors:
        status = 422
    return render_template(
        "app/portal/contests/contest.html", right=right, form=form,
        is_membership=isinstance(right, Membership),
    ), status  # fmt: skip
