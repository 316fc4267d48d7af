"""People sign in, say who they are, and are appointed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db
from app.errors import N_, Conflict
from app.gate import APPOINT, Context, Role, check
from app.identity.messages import Appointed, SignIn
from app.identity.models import Appointment, Person, Profile, Session, SignInLink
from app.identity.rules import (
    CODE_TRIES,
    LINK_LIFETIME,
    appointment_refusal,
    is_code,
    link_token,
    normal_email,
    token_hash,
)
from app.journal.events import AppointmentEnded, PersonAppointed
from app.journal.operations import record
from app.notifications.operations import send

_ASK_AGAIN = N_("Demandez un nouveau lien : il arrive en quelques secondes.")


def request_link(
    email: str,
    *,
    browser: str,
    next_path: str = "",
    external_account_id: UUID | None = None,
    provider: str = "",
    ctx: Context,
) -> SignInLink:
    """Send a sign-in link and its code to an address, known or not: all is done the same.

    `browser` is the secret of the browser that asks, where alone the link will work; a link asked
    again from there replaces the one before. `external_account_id` is the account at the identity
    provider named `provider` that using the link attaches to the person.
    """
    email = normal_email(email)
    browser_hash = token_hash(browser)
    db.session.execute(
        delete(SignInLink).where(
            SignInLink.browser_hash == browser_hash,
            SignInLink.email == email,
            SignInLink.consumed_at.is_(None),
        )
    )
    link_id = uuid4()
    link = SignInLink(
        id=link_id,
        email=email,
        token_hash=token_hash(link_token(current_app.config["SECRET_KEY"], link_id)),
        browser_hash=browser_hash,
        external_account_id=external_account_id,
        next_path=next_path,
        created_at=ctx.instant,
        expires_at=ctx.instant + LINK_LIFETIME,
    )
    db.session.add(link)
    db.session.flush()
    send(SignIn(link_id=str(link_id), provider=provider), to=email)
    return link


def consume_link(token: str, *, browser: str, ctx: Context) -> SignInLink:
    """Use a sign-in link, in the browser that asked for it; it then no longer works.

    Raises Conflict when it was used already, has expired, never existed, or was asked from another
    browser: the sentence is the same, so that nothing can be learnt from it.
    """
    return _consumed(
        SignInLink.token_hash == token_hash(token),
        SignInLink.browser_hash == token_hash(browser),
        ctx=ctx,
    )


def consume_code(typed: str, *, email: str, browser: str, ctx: Context) -> SignInLink:
    """Use the sign-in link last sent to an address by its code, typed in the browser that asked.

    Raises Conflict when there is none, when the code is not the right one, and from the sixth try.
    Each try is counted, and the count must be committed even when the code is refused.
    """
    pending: SignInLink | None = db.session.scalar(
        update(SignInLink)
        .where(
            SignInLink.browser_hash == token_hash(browser),
            SignInLink.email == normal_email(email),
            SignInLink.consumed_at.is_(None),
            SignInLink.expires_at > ctx.instant,
            SignInLink.tries < CODE_TRIES,
        )
        .values(tries=SignInLink.tries + 1)
        .returning(SignInLink)
    )
    if pending is None:
        raise Conflict(N_("Ce code n’est plus valable."), way_out=_ASK_AGAIN)
    if not is_code(current_app.config["SECRET_KEY"], pending.id, typed):
        raise Conflict(
            N_("Ce code n’est pas celui du dernier message envoyé."),
            way_out=N_("Vérifiez-le : après cinq essais, il faut demander un nouveau lien."),
        )
    return _consumed(SignInLink.id == pending.id, ctx=ctx)


def _consumed(*conditions: ColumnElement[bool], ctx: Context) -> SignInLink:
    link: SignInLink | None = db.session.scalar(
        update(SignInLink)
        .where(
            *conditions, SignInLink.consumed_at.is_(None), SignInLink.expires_at > ctx.instant
        )
        .values(consumed_at=ctx.instant)
        .returning(SignInLink)
    )  # fmt: skip
    if link is None:
        raise Conflict(
            N_("Ce lien de connexion a déjà servi ou n’est plus valable."), way_out=_ASK_AGAIN
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


def open_session(
    person: Person, *, browser: str = "", external_account_id: UUID | None = None, ctx: Context
) -> tuple[Session, str]:
    """Sign a browser in. Returns the session and the token that only the browser keeps.

    `external_account_id` is the account at an identity provider that vouched for the person.
    """
    token = secrets.token_urlsafe(32)
    session = Session(
        token_hash=token_hash(token),
        person_id=person.id,
        browser=browser[:200],
        external_account_id=external_account_id,
        created_at=ctx.instant,
        expires_at=ctx.instant + timedelta(days=current_app.config["SESSION_DAYS"]),
    )
    db.session.add(session)
    db.session.flush()
    return session, token


def rotate_session(session: Session, *, ctx: Context) -> str:
    """Give a session of the actor a new token, whenever who they are changes; the old one is void.

    Returns the token, that only the browser keeps. Raises Conflict when the session is over.
    """
    token = secrets.token_urlsafe(32)
    rotated = db.session.scalar(
        update(Session)
        .where(
            Session.id == session.id,
            Session.person_id == ctx.actor.person_id,
            Session.revoked_at.is_(None),
            Session.expires_at > ctx.instant,
        )
        .values(token_hash=token_hash(token))
        .returning(Session.id)
    )
    if rotated is None:
        raise Conflict(
            N_("Votre session a pris fin entre-temps."), way_out=N_("Connectez-vous à nouveau.")
        )
    return token


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
    departement_code: str = "", ctx: Context,
) -> Appointment:  # fmt: skip
    """Appoint the person at an address: for one consultation, or for every one when none is named.

    A member of a committee sits for an organisation, in one consultation; a prefecture reader
    reads one département. Nobody appoints themself. Raises NotAllowed, Invalid, Conflict.
    Appointing twice is not an error: the standing appointment is returned.
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
        person, role, organisation=organisation.strip(), consultation_id=consultation_id,
        departement_code=departement_code, ctx=ctx,
    )  # fmt: skip


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
    person: Person, role: Role, *, organisation: str = "", consultation_id: UUID | None = None,
    departement_code: str = "", ctx: Context,
) -> Appointment:  # fmt: skip
    inserted: Appointment | None = db.session.scalar(
        insert(Appointment)
        .values(
            id=uuid4(), person_id=person.id, role=role, organisation=organisation,
            consultation_id=consultation_id, departement_code=departement_code,
            granted_by_id=ctx.actor.person_id, granted_at=ctx.instant,
        )
        .on_conflict_do_nothing()
        .returning(Appointment)
    )  # fmt: skip
    if inserted is not None:
        record(PersonAppointed(subject_id=str(inserted.id), role=role), ctx=ctx)
        message = Appointed(role=role, organisation=organisation, departement_code=departement_code)
        send(message, to=person.email)
        return inserted
    standing = db.session.scalars(
        select(Appointment).where(
            Appointment.person_id == person.id,
            Appointment.role == role,
            Appointment.consultation_id.is_not_distinct_from(consultation_id),
            Appointment.departement_code == departement_code,
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
