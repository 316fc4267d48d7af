"""The moderators' desk for contested memberships, and for what they did."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import DomainError
from app.gate import DECIDE_CONTEST, check
from app.portal.contests import queries
from app.territories.memberships.contests.forms import AnnulmentForm, DecisionForm
from app.territories.memberships.contests.operations import decide_contest
from app.territories.memberships.contests.queries import contest, waiting_contests
from app.web import context, see, signed_in, told, written
from voting.supports.operations import annul_support

blueprint = Blueprint("contest_desk", __name__)


@blueprint.get("/moderation/contestations")
@signed_in
def waiting() -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    return render_template("app/portal/contests/waiting.html", contests=waiting_contests())


@blueprint.route("/moderation/contestations/<uuid:contest_id>", methods=["GET", "POST"])
@signed_in
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
                _("Le rattachement est maintenu ; chacun en est informé.")
                if upheld
                else _("Le rattachement a pris fin : statuez maintenant sur chacun de ses actes.")
            )
            return see("contest_desk.decide", contest_id=contest_id, message=message)
    elif form.errors:
        status = 422
    return render_template(
        "app/portal/contests/decide.html", contest=found, membership=found.membership, form=form,
        acts=queries.acts_of(found.membership),
    ), status  # fmt: skip


@blueprint.route(
    "/moderation/contestations/<uuid:contest_id>/soutiens/<uuid:support_id>",
    methods=["GET", "POST"],
)
@signed_in
def annul(contest_id: UUID, support_id: UUID) -> ResponseReturnValue:
    check(context(), DECIDE_CONTEST)
    found, support = contest(contest_id) or abort(404), queries.support(support_id) or abort(404)
    form = AnnulmentForm()
    if form.submitted():
        annul_support(support, contest=found, reason=written(form.reason), ctx=context())
        message = _("Le soutien est annulé ; le journal public le dit.")
        return see("contest_desk.decide", contest_id=contest_id, message=message)
    return render_template(
        "app/portal/contests/annul.html", contest=found, support=support, form=form
    ), 422 if request.method == "POST" else 200
