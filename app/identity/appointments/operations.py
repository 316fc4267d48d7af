"""People are appointed, and their appointments end."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db import advisory_lock, db
from app.errors import N_, Conflict
from app.gate.actors import Context, Role
from app.gate.refusals import check
from app.gate.verbs import APPOINT
from app.identity.appointments.events import AppointmentEnded, PersonAppointed
from app.identity.messages import Appointed
from app.identity.models import Appointment, Person
from app.identity.operations import person_at
from app.identity.rules import appointment_refusal
from app.journal.operations import record
from app.notifications.operations import send

# What those who appoint the first administrator lock.
_FIRST = UUID("9a0d7c1e-52f4-4c0b-8a53-2f6de1b04c77")


def appoint(
    email: str,
    role: Role,
    *,
    organisation: str = "",
    consultation_id: UUID | None = None,
    departement_code: str = "",
    consultation_title: str = "",
    ctx: Context,
) -> Appointment:
    """Appoint the person at an address: for one consultation, or for every one when none is named.

    A member of a committee sits for an organisation, in one consultation; a prefecture reader
    reads one département. `consultation_title` is what the e-mail calls that consultation. Nobody
    appoints themself. Raises NotAllowed, Invalid, Conflict. Appointing twice is not an error: the
    current appointment is returned.
    """
    check(ctx, APPOINT)
    if refused := appointment_refusal(role, organisation, consultation_id, departement_code):
        raise refused
    person = person_at(email, ctx=ctx)
    if person.id == ctx.actor.person_id:
        raise Conflict(
            N_("Nul ne se nomme soi-même."),
            way_out=N_("Demandez à une autre personne de l’administration de le faire."),
        )
    return _appointed(
        person,
        role,
        organisation=organisation.strip(),
        consultation_id=consultation_id,
        departement_code=departement_code,
        consultation_title=consultation_title,
        ctx=ctx,
    )


def appoint_first_administrator(email: str, *, ctx: Context) -> Appointment:
    """Appoint the first administrator, from the server's own command line.

    Raises Conflict once there is one: the next are appointed by an administrator.
    """
    # Two commands at once: the second waits, then finds the first one's appointment.
    advisory_lock(_FIRST)
    current = db.session.scalar(
        select(Appointment.id).where(
            Appointment.role == Role.ADMINISTRATOR, Appointment.ended_at.is_(None)
        )
    )
    if current is not None:
        raise Conflict(
            N_("La plateforme a déjà une administration."),
            way_out=N_("Une personne de l’administration peut en nommer une autre."),
        )
    return _appointed(person_at(email, ctx=ctx), Role.ADMINISTRATOR, ctx=ctx)


def end_appointment(appointment: Appointment, *, ctx: Context) -> Appointment:
    """End an appointment. One already ended stays as it was. Raises NotAllowed, Conflict."""
    check(ctx, APPOINT)
    if appointment.person_id == ctx.actor.person_id:
        raise Conflict(N_("Nul ne met fin à sa propre nomination."))
    if appointment.ended_at is None:
        appointment.ended_at = ctx.instant
        db.session.flush()
        record(AppointmentEnded(subject_id=str(appointment.id), role=appointment.role), ctx=ctx)
    return appointment


def _appointed(
    person: Person,
    role: Role,
    *,
    organisation: str = "",
    consultation_id: UUID | None = None,
    departement_code: str = "",
    consultation_title: str = "",
    ctx: Context,
) -> Appointment:
    inserted: Appointment | None = db.session.scalar(
        insert(Appointment)
        .values(
            id=uuid4(),
            person_id=person.id,
            role=role,
            organisation=organisation,
            consultation_id=consultation_id,
            departement_code=departement_code,
            granted_by_id=ctx.actor.person_id,
            granted_at=ctx.instant,
        )
        .on_conflict_do_nothing()
        .returning(Appointment)
    )
    if inserted is not None:
        record(PersonAppointed(subject_id=str(inserted.id), role=role), ctx=ctx)
        message = Appointed(
            role=role,
            organisation=organisation,
            departement_code=departement_code,
            consultation=consultation_title,
        )
        send(message, to=person.email)
        return inserted
    current = db.session.scalars(
        select(Appointment).where(
            Appointment.person_id == person.id,
            Appointment.role == role,
            Appointment.consultation_id.is_not_distinct_from(consultation_id),
            Appointment.departement_code == departement_code,
            Appointment.ended_at.is_(None),
        )
    ).one()
    if current.organisation != organisation:
        raise Conflict(
            N_("Cette personne siège déjà au titre de « %(organisation)s »."),
            way_out=N_("Mettez d’abord fin à cette nomination."),
            organisation=current.organisation,
        )
    return current
