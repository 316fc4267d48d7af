"""People sign in, say who they are, and are appointed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db
from app.errors import N_, Conflict
from app.gate import APPOINT, Context, Role, check
from app.identity.messages import Appointed, SignIn
from app.identity.models import Appointment, Person, Profile, Session, SignInLink
from app.identity.rules import (
    LINK_LIFETIME,
    appointment_refusal,
    link_token,
    normal_email,
    token_hash,
)
from app.journal.events import AppointmentEnded, PersonAppointed
from app.journal.operations import record
from app.notifications.operations import send


def request_link(email: str, *, next_path: str = "", ctx: Context) -> SignInLink:
    """Send a sign-in link to an address, known or not: the answer is the same."""
    email = normal_email(email)
    link_id = uuid4()
    link = SignInLink(
        id=link_id,
        email=email,
        token_hash=token_hash(link_token(current_app.config["SECRET_KEY"], link_id)),
        next_path=next_path,
        created_at=ctx.instant,
        expires_at=ctx.instant + LINK_LIFETIME,
    )
    db.session.add(link)
    db.session.flush()
    send(SignIn(link_id=str(link_id)), to=email)
    return link


def consume_link(token: str, *, ctx: Context) -> SignInLink:
    """Use a sign-in link, which then no longer works.

    Raises Conflict when it was used already, has expired, or never existed: the sentence is the
    same, so that nothing can be learnt from it.
    """
    link: SignInLink | None = db.session.scalar(
        update(SignInLink)
        .where(
            SignInLink.token_hash == token_hash(token),
            SignInLink.consumed_at.is_(None),
            SignInLink.expires_at > ctx.instant,
        )
        .values(consumed_at=ctx.instant)
        .returning(SignInLink)
    )
    if link is None:
        raise Conflict(
            N_("Ce lien de connexion a déjà servi ou n’est plus valable."),
            way_out=N_("Demandez un nouveau lien : il arrive en quelques secondes."),
        )
    return link


def person_at(email: str, *, ctx: Context) -> Person:
    """The person at an address whose mailbox was just proved, known from now on if not before."""
    email = normal_email(email)
    new: Person | None = db.session.scalar(
        insert(Person)
        .values(
            id=uuid4(), email=email, full_name="", function="", organisation="",
            journal_key=secrets.token_bytes(32), created_at=ctx.instant,
        )
        .on_conflict_do_nothing(index_elements=[Person.email])
        .returning(Person)
    )  # fmt: skip
    return new or db.session.scalars(select(Person).where(Person.email == email)).one()


def open_session(person: Person, *, browser: str = "", ctx: Context) -> tuple[Session, str]:
    """Sign a browser in. Returns the session and the token that only the browser keeps."""
    token = secrets.token_urlsafe(32)
    session = Session(
        token_hash=token_hash(token),
        person_id=person.id,
        browser=browser[:200],
        created_at=ctx.instant,
        expires_at=ctx.instant + timedelta(days=current_app.config["SESSION_DAYS"]),
    )
    db.session.add(session)
    db.session.flush()
    return session, token


def close_session(session_id: UUID, *, ctx: Context) -> None:
    """Sign one of the actor's browsers out, at once. One already out stays out."""
    db.session.execute(
        update(Session)
        .where(
            Session.id == session_id,
            Session.person_id == ctx.actor.person_id,
            Session.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.instant)
    )


def close_other_sessions(kept_id: UUID, *, ctx: Context) -> None:
    """Sign out every browser of the actor but this one."""
    db.session.execute(
        update(Session)
        .where(
            Session.id != kept_id,
            Session.person_id == ctx.actor.person_id,
            Session.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.instant)
    )


def complete_profile(
    person: Person,
    *,
    full_name: str,
    profile: Profile,
    function: str,
    organisation: str = "",
    ctx: Context,
) -> Person:
    """Say who one is: only the person themself does."""
    if ctx.actor.person_id != person.id:
        raise Conflict(N_("On ne remplit que son propre profil."))
    person.full_name = full_name.strip()
    person.profile = profile
    person.function = function.strip()
    person.organisation = organisation.strip() if profile is Profile.PARTNER else ""
    db.session.flush()
    return person


def appoint(
    email: str, role: Role, *, organisation: str = "", consultation_id: UUID | None = None,
    ctx: Context,
) -> Appointment:  # fmt: skip
    """Appoint the person at an address: for one consultation, or for every one when none is named.

    A member of a committee sits for an organisation, in one consultation. Nobody appoints
    themself. Raises NotAllowed, Invalid, Conflict. Appointing twice is not an error: the standing
    appointment is returned.
    """
    check(ctx, APPOINT)
    if refused := appointment_refusal(role, organisation, consultation_id):
        raise refused
    person = person_at(email, ctx=ctx)
    if person.id == ctx.actor.person_id:
        raise Conflict(
            N_("Nul ne se nomme soi-même."),
            way_out=N_("Demandez à une autre personne de l’administration de le faire."),
        )
    return _appointed(person, role, organisation.strip(), consultation_id, ctx)


def appoint_first_administrator(email: str, *, ctx: Context) -> Appointment:
    """Appoint the first administrator, from the server's own command line.

    Raises Conflict once there is one: the next are appointed by an administrator.
    """
    # Two commands at once: the second waits, then finds the first one's appointment.
    db.session.execute(text("LOCK TABLE appointment IN SHARE ROW EXCLUSIVE MODE"))
    standing = db.session.scalar(
        select(Appointment.id).where(
            Appointment.role == Role.ADMINISTRATOR, Appointment.ended_at.is_(None)
        )
    )
    if standing is not None:
        raise Conflict(
            N_("La plateforme a déjà une administration."),
            way_out=N_("Une personne de l’administration peut en nommer une autre."),
        )
    return _appointed(person_at(email, ctx=ctx), Role.ADMINISTRATOR, "", None, ctx)


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
    person: Person, role: Role, organisation: str, consultation_id: UUID | None, ctx: Context
) -> Appointment:
    inserted: Appointment | None = db.session.scalar(
        insert(Appointment)
        .values(
            id=uuid4(), person_id=person.id, role=role, organisation=organisation,
            consultation_id=consultation_id, granted_by_id=ctx.actor.person_id,
            granted_at=ctx.instant,
        )
        .on_conflict_do_nothing()
        .returning(Appointment)
    )  # fmt: skip
    if inserted is not None:
        record(PersonAppointed(subject_id=str(inserted.id), role=role), ctx=ctx)
        send(Appointed(role=role, organisation=organisation), to=person.email)
        return inserted
    standing = db.session.scalars(
        select(Appointment).where(
            Appointment.person_id == person.id,
            Appointment.role == role,
            Appointment.consultation_id.is_not_distinct_from(consultation_id),
            Appointment.ended_at.is_(None),
        )
    ).one()
    if standing.organisation != organisation:
        raise Conflict(
            N_("Cette personne siège déjà au titre de « %(organisation)s »."),
            way_out=N_("Mettez d’abord fin à cette nomination."),
            organisation=standing.organisation,
        )
    return standing
