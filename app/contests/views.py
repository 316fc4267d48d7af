"""Contesting: by the link that official mailboxes receive, or as a colleague or referent.

Whoever reads the mailbox has no account to sign in to: the link is the power. Reading the page
changes nothing, since mail scanners follow links.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates.messages import allowed_labels, period
from app.authority.mandates.queries import mandate as read_mandate
from app.authority.mandates.uses.messages import address_of
from app.authority.mandates.uses.queries import done as act_done
from app.authority.memberships.queries import membership as read_membership
from app.authority.rights.notices.models import Notice
from app.contests.forms import ContestForm
from app.contests.operations import (
    contest_by_mailbox,
    contest_colleague,
    contest_mandate,
    end_by_mailbox,
)
from app.contests.queries import notice_by_token, waiting_contest
from app.contests.rules import voice_of_colleague
from app.gate.actors import Level
from app.gate.refusals import check
from app.gate.verbs import CONTEST_COLLEAGUE, CONTEST_MANDATE
from app.tokens import token_hash
from app.web import context, limiter, performs, public, see, signed_in, written

blueprint = Blueprint("contests", __name__)


def _link() -> str:
    """Each link counts by itself: every town hall of a region may come from one address."""
    return token_hash((request.view_args or {})["token"]).hex()


@blueprint.get("/rattachements/contester/<token>")
@public
def contest(token: str) -> ResponseReturnValue:
    notice = notice_by_token(token, context().instant)
    if notice is None:
        return _over()
    return _page(notice, token, ContestForm(formdata=None))


def _over() -> ResponseReturnValue:
    return render_template("app/contests/over.html"), 404


def _page(notice: Notice, token: str, form: ContestForm, status: int = 200) -> ResponseReturnValue:
    right = notice.right
    done = act_done(notice.act_id) if notice.act_id else None
    return render_template(
        f"app/contests/{right.kind}_by_mailbox.html",
        right=right,
        token=token,
        form=form,
        contest=waiting_contest(right),
        may_commit=Level.MAY_COMMIT,
        period=period,
        allowed=allowed_labels,
        done=done,
        page=address_of,
        instant=context().instant,
    ), status


@blueprint.post("/rattachements/contester/<token>")
@public
@limiter.limit("30 per hour", key_func=_link)
def contested(token: str) -> ResponseReturnValue:
    notice = notice_by_token(token, context().instant)
    if notice is None:
        return _over()
    form = ContestForm()
    if not form.submitted():
        return _page(notice, token, form, 422)
    contest_by_mailbox(notice, reason=written(form.reason), ctx=context())
    message = _("C’est contesté : l’équipe de modération va statuer, et vous écrira.")
    return see("contests.contest", token=token, message=message)


@blueprint.post("/rattachements/contester/<token>/fin")
@public
@limiter.limit("30 per hour", key_func=_link)
def ended(token: str) -> ResponseReturnValue:
    notice = notice_by_token(token, context().instant)
    if notice is None:
        return _over()
    end_by_mailbox(notice, ctx=context())
    return see("contests.contest", token=token, message=_("C’est terminé, dès maintenant."))


@blueprint.route("/ma-collectivite/membres/<uuid:membership_id>/contester", methods=["GET", "POST"])
@signed_in
@performs(CONTEST_COLLEAGUE)
@limiter.limit("30 per hour", methods=["POST"])
def colleague(membership_id: UUID) -> ResponseReturnValue:
    membership, form, status = read_membership(membership_id) or abort(404), ContestForm(), 200
    territory, ctx = membership.territory, context()
    check(ctx, CONTEST_COLLEAGUE, territory)
    if form.submitted():
        contest_colleague(membership, reason=written(form.reason), ctx=ctx)
        message = _("C’est transmis : l’équipe de modération va statuer, et vous écrira.")
        return see("members.members", territoire=territory.id, message=message)
    if form.errors:
        status = 422
    return render_template(
        "app/contests/colleague.html",
        membership=membership,
        form=form,
        suspends=voice_of_colleague(ctx, territory).suspends,
    ), status


@blueprint.route("/ma-collectivite/mandats/<uuid:mandate_id>/contester", methods=["GET", "POST"])
@signed_in
@performs(CONTEST_MANDATE)
@limiter.limit("30 per hour", methods=["POST"])
def own_mandate(mandate_id: UUID) -> ResponseReturnValue:
    mandate, form, status = read_mandate(mandate_id) or abort(404), ContestForm(), 200
    check(context(), CONTEST_MANDATE, mandate.territory)
    if form.submitted():
        contest_mandate(mandate, reason=written(form.reason), ctx=context())
        message = _("C’est contesté : l’équipe de modération va statuer, et vous écrira.")
        return see("mandates.one", mandate_id=mandate.id, message=message)
    if form.errors:
        status = 422
    return render_template(
        "app/contests/own_mandate.html",
        mandate=mandate,
        period=period(mandate),
        form=form,
    ), status
