"""Moderators judge each act of a contested right: annul what it gave, restore what it withdrew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.contests.acts import queries
from app.contests.forms import JudgementForm
from app.contests.judgements import operations as judgements
from app.contests.models import Contest
from app.contests.queries import contest
from app.errors import DomainError
from app.formats import moment
from app.gate import (
    ANNUL_CONTRIBUTION,
    ANNUL_PARTICIPATION,
    ANNUL_SUPPORT,
    DECIDE_CONTEST,
    RESTORE_CONTRIBUTION,
    RESTORE_PARTICIPATION,
    RESTORE_SUPPORT,
    check,
)
from app.web import context, performs, see, signed_in, written
from app.web import sentence_of as told
from consultation.contributions.models import Contribution
from consultation.triage.annulments import operations as annulments
from voting.ami import operations as ami
from voting.ami.models import Participation
from voting.supports import operations as supports
from voting.supports.models import Support

blueprint = Blueprint(
    "contest_acts", __name__, url_prefix="/moderation/contestations/<uuid:contest_id>"
)

# What a page says of something: each a label and what it is.
Facts = list[tuple[str, object]]
Judged = Support | Participation | Contribution


@blueprint.route("/soutiens/<uuid:support_id>", methods=["GET", "POST"])
@signed_in
@performs(ANNUL_SUPPORT)
def annul_support(contest_id: UUID, support_id: UUID) -> ResponseReturnValue:
    check(context(), ANNUL_SUPPORT)
    found, act = _contest(contest_id), queries.support(support_id) or abort(404)
    return _judge(
        found,
        act,
        supports.annul_support,
        _("Annuler un soutien"),
        _about_support(act),
    )


@blueprint.route("/soutiens/<uuid:support_id>/retablir", methods=["GET", "POST"])
@signed_in
@performs(RESTORE_SUPPORT)
def restore_support(contest_id: UUID, support_id: UUID) -> ResponseReturnValue:
    check(context(), RESTORE_SUPPORT)
    found, act = _contest(contest_id), queries.support(support_id) or abort(404)
    return _judge(
        found,
        act,
        supports.restore_support,
        _("Rétablir un soutien"),
        [*_about_support(act), (_("Retiré le"), _moment(act.withdrawn_at))],
        restores=True,
    )


@blueprint.route("/participations/<uuid:participation_id>", methods=["GET", "POST"])
@signed_in
@performs(ANNUL_PARTICIPATION)
def annul_participation(contest_id: UUID, participation_id: UUID) -> ResponseReturnValue:
    check(context(), ANNUL_PARTICIPATION)
    found, act = _contest(contest_id), queries.participation(participation_id) or abort(404)
    return _judge(
        found,
        act,
        ami.annul_participation,
        _("Annuler une participation"),
        _about_participation(act),
    )


@blueprint.route("/participations/<uuid:participation_id>/retablir", methods=["GET", "POST"])
@signed_in
@performs(RESTORE_PARTICIPATION)
def restore_participation(contest_id: UUID, participation_id: UUID) -> ResponseReturnValue:
    check(context(), RESTORE_PARTICIPATION)
    found, act = _contest(contest_id), queries.participation(participation_id) or abort(404)
    return _judge(
        found,
        act,
        ami.restore_participation,
        _("Rétablir une participation"),
        [*_about_participation(act), (_("Quittée le"), _moment(act.left_at))],
        restores=True,
    )


@blueprint.route("/contributions/<uuid:contribution_id>", methods=["GET", "POST"])
@signed_in
@performs(ANNUL_CONTRIBUTION)
def annul_contribution(contest_id: UUID, contribution_id: UUID) -> ResponseReturnValue:
    check(context(), ANNUL_CONTRIBUTION)
    found, act = _contest(contest_id), queries.contribution(contribution_id) or abort(404)
    return _judge(
        found,
        act,
        annulments.annul_contribution,
        _("Annuler une contribution"),
        _about_contribution(act),
    )


@blueprint.route("/contributions/<uuid:contribution_id>/retablir", methods=["GET", "POST"])
@signed_in
@performs(RESTORE_CONTRIBUTION)
def restore_contribution(contest_id: UUID, contribution_id: UUID) -> ResponseReturnValue:
    check(context(), RESTORE_CONTRIBUTION)
    found, act = _contest(contest_id), queries.contribution(contribution_id) or abort(404)
    return _judge(
        found,
        act,
        annulments.restore_contribution,
        _("Rétablir une contribution"),
        [*_about_contribution(act), (_("Retirée le"), _moment(act.withdrawn_at))],
        restores=True,
    )


@blueprint.route("/reste", methods=["GET", "POST"])
@signed_in
@performs(DECIDE_CONTEST)
def leave_rest(contest_id: UUID) -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    found, refused, status = _contest(contest_id), "", 200
    if request.method == "POST":
        try:
            judgements.leave_rest(found, ctx=context())
            message = _("Le reste est laissé en place : plus rien n’attend d’être jugé ici.")
            return see("contest_desk.decide", contest_id=found.id, message=message)
        except DomainError as error:
            refused, status = told(error), error.status
    return render_template(
        "app/contests/leave_rest.html",
        contest=found,
        refused=refused,
        record=queries.record_of(found),
    ), status


def _contest(contest_id: UUID) -> Contest:
    return contest(contest_id) or abort(404)


def _about_support(act: Support) -> Facts:
    return [
        (_("Collectivité"), act.territory.label),
        (_("Proposition"), act.proposal.title),
        (_("Donné le"), _moment(act.given_at)),
    ]


def _about_participation(act: Participation) -> Facts:
    return [
        (_("Collectivité"), act.territory.label),
        (_("Proposition"), act.proposal.title),
        (_("Part prise"), _(act.part.label)),
        (_("Depuis le"), _moment(act.joined_at)),
    ]


def _about_contribution(act: Contribution) -> Facts:
    return [
        (_("Collectivité"), [place.label for place in act.places]),
        (_("Contribution"), _("n° %(number)d, %(title)s", number=act.number, title=act.title)),
        (_("Déposée le"), _moment(act.submitted_at)),
    ]


def _moment(instant: datetime | None) -> str:
    return moment(instant) if instant else ""


def _judge(
    found: Contest,
    act: Judged,
    judge: Callable[..., Judged],
    title: str,
    facts: Facts,
    *,
    restores: bool = False,
) -> ResponseReturnValue:
    """Undo one act for a public reason, or show again why it cannot be."""
    form, status = JudgementForm(), 200
    if form.submitted():
        try:
            judge(act, contest=found, reason=written(form.reason), ctx=context())
        except DomainError as error:
            form.reason.errors, status = [told(error)], error.status
        else:
            message = (
                _("C’est rétabli ; le journal public le dit, avec sa raison.")
                if restores
                else _("C’est annulé ; le journal public le dit, avec sa raison.")
            )
            return see("contest_desk.decide", contest_id=found.id, message=message)
    elif form.errors:
        status = 422
    return render_template(
        "app/contests/judge.html",
        contest=found,
        title=title,
        facts=facts,
        form=form,
        restores=restores,
    ), status
