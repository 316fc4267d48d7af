"""The page of the link that official mailboxes receive: contest a membership, or end it.

Whoever reads the mailbox has no account to sign in to: the link is the power. Reading the page
changes nothing, since mail scanners follow links.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.gate import Level
from app.territories.memberships.contests.forms import ContestForm
from app.territories.memberships.contests.operations import contest_membership, end_by_mailbox
from app.territories.memberships.contests.queries import notice_by_token
from app.territories.memberships.notices.models import Notice
from app.web import context, limiter, public, see, written

blueprint = Blueprint("contests", __name__)


@blueprint.get("/rattachements/contester/<token>")
@public
def contest(token: str) -> ResponseReturnValue:
    notice = notice_by_token(token, context().instant)
    if notice is None:
        return render_template("app/territories/memberships/contest_over.html"), 404
    return _page(notice, token, ContestForm(formdata=None))


def _page(notice: Notice, token: str, form: ContestForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "app/territories/memberships/contest.html",
        membership=notice.membership,
        token=token,
        form=form,
        may_commit=Level.MAY_COMMIT,
    ), status


@blueprint.post("/rattachements/contester/<token>")
@public
@limiter.limit("30 per hour")
def contested(token: str) -> ResponseReturnValue:
    notice = notice_by_token(token, context().instant)
    if notice is None:
        return render_template("app/territories/memberships/contest_over.html"), 404
    form = ContestForm()
    if not form.submitted():
        return _page(notice, token, form, 422)
    contest_membership(notice, reason=written(form.reason), ctx=context())
    message = _("C’est contesté : plus rien ne peut être fait par cette personne en votre nom.")
    return see("contests.contest", token=token, message=message)


@blueprint.post("/rattachements/contester/<token>/fin")
@public
@limiter.limit("30 per hour")
def ended(token: str) -> ResponseReturnValue:
    notice = notice_by_token(token, context().instant)
    if notice is None:
        return render_template("app/territories/memberships/contest_over.html"), 404
    end_by_mailbox(notice, ctx=context())
    return see("contests.contest", token=token, message=_("Ce rattachement a pris fin."))
