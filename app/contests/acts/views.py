"""Moderators judge each act of a contested right: annul what it gave, restore what it withdrew."""

from __future__ import annotations

from collections.abc import Callable
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
from app.formats import sentence_of
from app.gate.refusals import check
from app.gate.verbs import ANNUL_ACT, DECIDE_CONTEST, RESTORE_ACT
from app.web import context, performs, see, signed_in, written

blueprint = Blueprint(
    "contest_acts", __name__, url_prefix="/moderation/contestations/<uuid:contest_id>"
)


@blueprint.route("/actes/<uuid:act_id>", methods=["GET", "POST"])
@signed_in
@performs(ANNUL_ACT)
def annul(contest_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """Annul one act for a public reason, or show again why it cannot be."""
    check(context(), ANNUL_ACT)
    done = _("C’est annulé ; le journal public le dit, avec sa raison.")
    return _judge(contest_id, act_id, judgements.annul, restores=False, done=done)


@blueprint.route("/actes/<uuid:act_id>/retablir", methods=["GET", "POST"])
@signed_in
@performs(RESTORE_ACT)
def restore(contest_id: UUID, act_id: UUID) -> ResponseReturnValue:
    """Restore what one act withdrew for a public reason, or show again why it cannot be."""
    check(context(), RESTORE_ACT)
    done = _("C’est rétabli ; le journal public le dit, avec sa raison.")
    return _judge(contest_id, act_id, judgements.restore, restores=True, done=done)


def _judge(
    contest_id: UUID, act_id: UUID, judge: Callable[..., bool], *, restores: bool, done: str
) -> ResponseReturnValue:
    found, form, status = _contest(contest_id), JudgementForm(), 200
    act = queries.act(act_id) or abort(404)
    if form.submitted():
        try:
            judge(found, act, reason=written(form.reason), ctx=context())
            return see("contest_desk.decide", contest_id=found.id, message=done)
        except DomainError as error:
            form.reason.errors, status = [sentence_of(error)], error.status
    elif form.errors:
        status = 422
    kind = queries.judgeable(act)
    subject = kind.read(act.subject_id) if act.subject_id else None
    if subject is None:
        abort(404)
    return render_template(
        "app/contests/judge.html",
        contest=found,
        title=_(kind.words.restore if restores else kind.words.annul),
        facts=kind.facts(subject, restores),
        form=form,
        restores=restores,
    ), status


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
            refused, status = sentence_of(error), error.status
    return render_template(
        "app/contests/leave_rest.html",
        contest=found,
        refused=refused,
        record=queries.deeds_of(found),
    ), status


def _contest(contest_id: UUID) -> Contest:
    return contest(contest_id) or abort(404)
