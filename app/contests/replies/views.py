"""The page where whoever is suspended replies to the contest."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.memberships.queries import own_membership
from app.contests.forms import ReplyForm
from app.contests.queries import waiting_contest
from app.contests.replies.operations import reply_to_contest
from app.gate.refusals import check
from app.gate.verbs import REPLY_TO_CONTEST
from app.web import context, limiter, performs, see, signed_in, written

blueprint = Blueprint("contest_replies", __name__)


@blueprint.route("/mon-compte/rattachements/<uuid:membership_id>/repondre", methods=["GET", "POST"])
@signed_in
@performs(REPLY_TO_CONTEST)
@limiter.limit("30 per hour", methods=["POST"])
def reply(membership_id: UUID) -> ResponseReturnValue:
    own = own_membership(membership_id, context().actor.person_id) or abort(404)
    check(context(), REPLY_TO_CONTEST, own)
    contest = waiting_contest(own) if own.contested_at else None
    form, status = ReplyForm(obj=contest), 200
    if form.submitted():
        reply_to_contest(own, words=written(form.reply), ctx=context())
        message = _("Votre réponse est transmise à l’équipe de modération.")
        return see("memberships.one", membership_id=membership_id, message=message)
    if form.errors:
        status = 422
    return render_template(
        "app/contests/reply.html", membership=own, form=form, contest=contest
    ), status
