"""The members of a collectivity: one page, the same whoever of them looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.memberships import queries
from app.authority.memberships.forms import RefusalForm
from app.authority.memberships.invitations.operations import invite, revoke_invitation
from app.authority.memberships.invitations.queries import invitation, waiting_invitations
from app.authority.memberships.members import operations
from app.authority.memberships.members.forms import ApprovalForm, InvitationForm
from app.authority.memberships.models import Membership
from app.db import db
from app.errors import DomainError, NotAllowed
from app.formats import sentence_of
from app.gate.actors import Level
from app.gate.refusals import allows, check, entitled
from app.gate.verbs import APPROVE_MEMBERSHIP, CHANGE_REFERENT, END_MEMBERSHIP, INVITE_MEMBER
from app.territories.models import Territory
from app.territories.rules import chosen
from app.web import context, limiter, performs, see, signed_in, written

blueprint = Blueprint("members", __name__)


@blueprint.get("/ma-collectivite/membres")
@signed_in
def members() -> ResponseReturnValue:
    mine = queries.territories_of(context().actor)
    territory = chosen(mine, request.args.get("territoire", type=UUID))
    if territory is None:
        return render_template("app/authority/memberships/members.html", territory=None)
    return _members(territory, mine, InvitationForm(formdata=None))


def _members(
    territory: Territory, mine: Sequence[Territory], form: InvitationForm, status: int = 200
) -> ResponseReturnValue:
    ctx = context()
    answering = {member.id for member in queries.referents(territory.id, ctx.instant)}
    return render_template(
        "app/authority/memberships/members.html",
        mine=mine,
        territory=territory,
        members=queries.current_memberships(territory.id, ctx.instant),
        suspended=queries.suspended_memberships(territory.id),
        answering=answering,
        waiting=queries.waiting_in(territory.id),
        invitations=waiting_invitations(territory.id, ctx.instant),
        form=form,
        me=ctx.actor.person_id,
        answers=allows(ctx, APPROVE_MEMBERSHIP, territory),
        names=entitled(ctx, CHANGE_REFERENT, territory),
        may_commit=Level.MAY_COMMIT,
    ), status


@blueprint.post("/ma-collectivite/membres/inviter/<uuid:territory_id>")
@signed_in
@performs(INVITE_MEMBER)
@limiter.limit("30 per hour")
def invite_member(territory_id: UUID) -> ResponseReturnValue:
    territory = db.session.get(Territory, territory_id) or abort(404)
    check(context(), INVITE_MEMBER, territory)
    form, status = InvitationForm(), 422
    if form.submitted():
        try:
            invite(
                territory, email=written(form.email), level=Level(form.level.data), ctx=context()
            )
            return _back(territory, _("L’invitation est partie ; elle vaut 72 heures."))
        except NotAllowed:
            raise
        except DomainError as error:
            form.email.errors, status = [sentence_of(error)], error.status
    return _members(territory, queries.territories_of(context().actor), form, status)


@blueprint.post("/ma-collectivite/invitations/<uuid:invitation_id>/retirer")
@signed_in
@performs(INVITE_MEMBER)
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    found = invitation(invitation_id) or abort(404)
    revoke_invitation(found, ctx=context())
    return _back(found.territory, _("L’invitation est retirée."))


@blueprint.post("/ma-collectivite/membres/<uuid:membership_id>/accorder")
@signed_in
@performs(APPROVE_MEMBERSHIP)
def approve(membership_id: UUID) -> ResponseReturnValue:
    membership = _membership(membership_id)
    form = ApprovalForm()
    if not form.submitted():
        abort(422)
    operations.approve_membership(membership, level=Level(form.level.data), ctx=context())
    return _back(membership.territory, _("C’est accordé ; la personne en est informée."))


@blueprint.route("/ma-collectivite/membres/<uuid:membership_id>/refuser", methods=["GET", "POST"])
@signed_in
@performs(APPROVE_MEMBERSHIP)
def decline(membership_id: UUID) -> ResponseReturnValue:
    membership, form, status = _membership(membership_id), RefusalForm(), 200
    chosen(queries.territories_of(context().actor), membership.territory_id)
    if form.submitted():
        operations.decline_membership(membership, reason=written(form.reason), ctx=context())
        return _back(membership.territory, _("C’est refusé ; la personne en est informée."))
    if form.errors:
        status = 422
    return render_template(
        "app/authority/memberships/decline.html", membership=membership, form=form
    ), status


@blueprint.post("/ma-collectivite/membres/<uuid:membership_id>/fin")
@signed_in
@performs(END_MEMBERSHIP, CHANGE_REFERENT)
def end(membership_id: UUID) -> ResponseReturnValue:
    return _done(
        membership_id, operations.end_membership, _("C’est fini ; la personne en est informée.")
    )


@blueprint.post("/ma-collectivite/membres/<uuid:membership_id>/referent")
@signed_in
@performs(CHANGE_REFERENT)
def name_referent(membership_id: UUID) -> ResponseReturnValue:
    return _done(
        membership_id, operations.name_referent, _("Cette personne est désormais référente.")
    )


@blueprint.post("/ma-collectivite/membres/<uuid:membership_id>/renoncer")
@signed_in
@performs(CHANGE_REFERENT)
def step_down(membership_id: UUID) -> ResponseReturnValue:
    return _done(membership_id, operations.step_down, _("Vous n’êtes plus référent ou référente."))


def _done(membership_id: UUID, act: Callable[..., Membership], message: str) -> Response:
    membership = _membership(membership_id)
    act(membership, ctx=context())
    return _back(membership.territory, message)


def _membership(membership_id: UUID) -> Membership:
    return queries.membership(membership_id) or abort(404)


def _back(territory: Territory, message: str) -> Response:
    return see("members.members", territoire=territory.id, message=message)
