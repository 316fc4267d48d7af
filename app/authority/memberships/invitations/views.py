"""Accepting an invitation, signed in with the address that received it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.memberships.invitations.operations import accept_invitation
from app.authority.memberships.invitations.queries import acceptance_refusal, invitation_by_token
from app.formats import of, sentence_of
from app.gate.actors import Level
from app.gate.verbs import ACCEPT_INVITATION
from app.web import context, performs, see, signed_in

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/invitations/<token>")
@signed_in
def accept(token: str) -> ResponseReturnValue:
    invitation = invitation_by_token(token) or abort(404)
    refused = acceptance_refusal(invitation, ctx=context())
    return render_template(
        "app/authority/memberships/invitation.html",
        invitation=invitation,
        refused=sentence_of(refused) if refused else "",
        token=token,
        may_commit=Level.MAY_COMMIT,
    )


@blueprint.post("/invitations/<token>")
@signed_in
@performs(ACCEPT_INVITATION)
def accepted(token: str) -> ResponseReturnValue:
    invitation = invitation_by_token(token) or abort(404)
    membership = accept_invitation(invitation, ctx=context())
    if membership.level >= Level.MAY_COMMIT:
        message = _("C’est fait : vous pouvez engager %(name)s.", name=invitation.territory.name)
    else:
        message = _(
            "C’est fait : vous pouvez contribuer au nom %(of_name)s.",
            of_name=of(invitation.territory.name),
        )
    return see("members.members", territoire=invitation.territory_id, message=message)
