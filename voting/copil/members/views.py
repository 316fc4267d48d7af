"""The members of the committee: who sits, appointed and ended by the administration."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.context import named_consultation
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.actors import Role
from app.gate.refusals import check
from app.gate.verbs import APPOINT
from app.identity.appointments.operations import appoint, end_appointment
from app.web import context, performs, see, signed_in, written
from voting.copil import queries
from voting.copil.forms import MemberForm

blueprint = Blueprint("committee_members", __name__)


@blueprint.route("/consultations/<consultation>/comite/membres", methods=["GET", "POST"])
@signed_in
@performs(APPOINT)
def members(consultation: str) -> ResponseReturnValue:
    check(context(), APPOINT)
    found = named_consultation()
    form = MemberForm()
    if form.submitted():
        try:
            appoint(
                written(form.email),
                Role.COPIL,
                organisation=written(form.organisation),
                consultation_id=found.id,
                consultation_title=found.title,
                ctx=context(),
            )
            return see(
                "committee_members.members",
                consultation=consultation,
                message=_("La nomination est enregistrée."),
            )
        except DomainError as error:
            form.email.errors = [sentence_of(error)]
    return render_template(
        "voting/copil/members.html",
        consultation=found,
        form=form,
        members=queries.members(found.id),
    ), 422 if form.errors else 200


@blueprint.post("/consultations/<consultation>/comite/membres/<uuid:appointment_id>/fin")
@signed_in
@performs(APPOINT)
def end_membership(consultation: str, appointment_id: UUID) -> ResponseReturnValue:
    check(context(), APPOINT)
    appointment = queries.member(named_consultation().id, appointment_id) or abort(404)
    end_appointment(appointment, ctx=context())
    return see(
        "committee_members.members",
        consultation=consultation,
        message=_("La nomination a pris fin."),
    )
