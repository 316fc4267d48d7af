"""Appointing people, and ending what they were appointed to."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar.queries import consultations
from app.db import db
from app.errors import Conflict, Invalid
from app.formats import day, sentence_of
from app.gate.actors import Role
from app.gate.refusals import check
from app.gate.verbs import APPOINT
from app.identity.appointments import operations
from app.identity.models import Appointment, Person
from app.identity.queries import current_appointments
from app.portal.appointments.forms import AppointmentForm
from app.web import context, performs, see, signed_in, written

blueprint = Blueprint("appointments", __name__)


@blueprint.route("/administration/nominations", methods=["GET", "POST"])
@signed_in
@performs(APPOINT)
def appointments() -> ResponseReturnValue:
    check(context(), APPOINT)
    offered, form, status = consultations(), AppointmentForm(), 200
    form.offer(offered)
    if form.submitted():
        try:
            made = operations.appoint(
                written(form.email),
                Role(form.role.data),
                consultation_id=form.consultation_id,
                consultation_title=form.consultation_title,
                departement_code=written(form.departement),
                ctx=context(),
            )
            return see("appointments.appointments", message=_said(made))
        except Conflict as error:
            form.email.errors = [sentence_of(error)]
        except Invalid as error:
            form.amiss.errors = [sentence_of(error)]
    if form.errors:
        status = 422
    return render_template(
        "app/portal/appointments/appointments.html",
        form=form,
        appointments=current_appointments(),
        me=context().actor.person_id,
        titles={consultation.id: consultation.title for consultation in offered},
    ), status


def _said(made: Appointment) -> str:
    """The sentence shown after an appointment: done now, or done already."""
    name = db.session.get_one(Person, made.person_id).display_name
    if made.granted_at < context().instant:
        return _(
            "%(name)s a déjà cette nomination, depuis le %(day)s.",
            name=name,
            day=day(made.granted_at),
        )
    return _("La nomination est enregistrée : %(name)s. Un courriel l’annonce.", name=name)


@blueprint.post("/administration/nominations/<uuid:appointment_id>/fin")
@signed_in
@performs(APPOINT)
def end(appointment_id: UUID) -> ResponseReturnValue:
    appointment = db.session.get(Appointment, appointment_id) or abort(404)
    operations.end_appointment(appointment, ctx=context())
    return see("appointments.appointments", message=_("La nomination a pris fin."))
