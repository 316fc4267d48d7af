"""Accounts at the identity provider are met, attached to people, and detached."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import ATTACH_ACCOUNT
from app.identity.models import Person, Session
from app.identity.oidc.messages import ExternalAccountAttached
from app.identity.oidc.models import ExternalAccount
from app.identity.oidc.rules import Claims, full_name
from app.identity.rules import normal_email, sign_in_again, signed_in_lately
from app.identity.stepup.queries import authenticator_of
from app.notifications.operations import send


def meet(issuer: str, claims: Claims, *, id_token: str, ctx: Context) -> ExternalAccount:
    """Record the account that a provider vouches for, known by (issuer, subject).

    It may be nobody's yet. The address, name and employer claimed now replace the former ones.
    """
    claimed = {
        "email": normal_email(claims.email),
        "given_name": claims.given_name,
        "usual_name": claims.usual_name,
        "siret": claims.siret,
        "id_token": id_token,
        "seen_at": ctx.instant,
    }
    query = (
        insert(ExternalAccount)
        .values(id=uuid4(), issuer=issuer, subject=claims.subject, **claimed)
        .on_conflict_do_update(
            index_elements=[ExternalAccount.issuer, ExternalAccount.subject], set_=claimed
        )
        .returning(ExternalAccount)
    )
    return db.session.scalars(query, execution_options={"populate_existing": True}).one()


def attach(account_id: UUID, person: Person, *, provider: str, ctx: Context) -> ExternalAccount:
    """Make an account at the provider one by which a person signs in, and send them an e-mail.

    To be called once the person is known otherwise: their mailbox was just proved, or they agreed
    (`attach_own`). Attaching again changes nothing. Raises Conflict when it is someone else's.
    """
    attached: ExternalAccount | None = db.session.scalar(
        update(ExternalAccount)
        .where(ExternalAccount.id == account_id, ExternalAccount.person_id.is_(None))
        .values(person_id=person.id, linked_at=ctx.instant)
        .returning(ExternalAccount)
    )
    if attached is None:
        return _already_attached(account_id, person)
    if not person.full_name:
        person.full_name = full_name(attached.given_name, attached.usual_name)
    db.session.flush()
    send(ExternalAccountAttached(provider=provider), to=person.email)
    return attached


def attach_own(
    account_id: UUID, session: Session, *, provider: str, ctx: Context
) -> ExternalAccount:
    """Make an account at the provider one by which the person behind a session signs in.

    Signing out of the session then leads to sign out there too. Raises NotAllowed, StepUpNeeded
    for whoever has an authenticator, Conflict when it is someone else's, or unless the session was
    just opened: who stole one gains no second door.
    """
    if authenticator_of(session.person_id) is not None:
        check(ctx, ATTACH_ACCOUNT)
    if session.person_id != ctx.actor.person_id:
        raise Conflict(N_("On ne rattache un compte qu’au sien."))
    if not signed_in_lately(session.created_at, ctx.instant):
        raise sign_in_again(ATTACH_ACCOUNT.phrase)
    attached = attach(account_id, session.person, provider=provider, ctx=ctx)
    session.external_account_id = attached.id
    db.session.flush()
    return attached


def detach(account_id: UUID, *, kept_session_id: UUID, ctx: Context) -> None:
    """Forget an account of the actor at the provider, and sign out what it opened.

    The session kept is the one in which the person asks. Someone else's account is left alone.
    """
    detached = db.session.scalar(
        select(ExternalAccount.id)
        .where(ExternalAccount.id == account_id, ExternalAccount.person_id == ctx.actor.person_id)
        .with_for_update()
    )
    if detached is None:
        return
    db.session.execute(
        update(Session)
        .where(
            Session.external_account_id == account_id,
            Session.id != kept_session_id,
            Session.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.instant)
    )
    db.session.execute(delete(ExternalAccount).where(ExternalAccount.id == account_id))


def _already_attached(account_id: UUID, person: Person) -> ExternalAccount:
    account = db.session.get(ExternalAccount, account_id, populate_existing=True)
    if account is None or account.person_id != person.id:
        raise Conflict(
            N_("Ce compte est déjà rattaché à une autre personne."),
            way_out=N_("Elle peut l’en détacher depuis « Mon compte »."),
        )
    return account
