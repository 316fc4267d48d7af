"""People sign in, and say who they are."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context
from app.identity.messages import SignIn
from app.identity.models import Person, Profile, Session, SignInLink
from app.identity.rules import (
    CODE_TRIES,
    LINK_LIFETIME,
    normal_email,
)
from app.notifications.operations import send
from app.tokens import is_sign_in_code, new_token, sign_in_token, token_hash

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
    """Send a sign-in link and its code to an address; the same is done whether it is known or not.

    `browser` is the secret of the browser that asks: the link works there alone. Those asked there
    before work still, for a message may be late, until one of them is used.
    `external_account_id` is the account at the identity provider named `provider`, attached to the
    person when they use the link.
    """
    email = normal_email(email)
    link_id = uuid4()
    link = SignInLink(
        id=link_id,
        email=email,
        token_hash=token_hash(sign_in_token(current_app.config["SECRET_KEY"], link_id)),
        browser_hash=token_hash(browser),
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
    """Use a sign-in link sent to an address by its code, typed in the browser that asked.

    Raises Conflict when there is none, when the code is not the right one, and from the sixth try.
    Each try is counted, and the count must be committed even when the code is refused.
    """
    pending = db.session.scalars(
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
    ).all()
    if not pending:
        raise Conflict(N_("Ce code n’est plus valable."), way_out=_ASK_AGAIN)
    secret = current_app.config["SECRET_KEY"]
    for link in pending:
        if is_sign_in_code(secret, link.id, typed):
            return _consumed(SignInLink.id == link.id, ctx=ctx)
    raise Conflict(
        N_("Ce code n’est pas celui du dernier message envoyé."),
        way_out=N_("Vérifiez-le : après cinq essais, il faut demander un nouveau lien."),
    )


def _consumed(*conditions: ColumnElement[bool], ctx: Context) -> SignInLink:
    link: SignInLink | None = db.session.scalar(
        update(SignInLink)
        .where(*conditions, SignInLink.consumed_at.is_(None), SignInLink.expires_at > ctx.instant)
        .values(consumed_at=ctx.instant)
        .returning(SignInLink)
    )
    if link is None:
        raise Conflict(
            N_("Ce lien de connexion a déjà servi ou n’est plus valable."), way_out=_ASK_AGAIN
        )
    db.session.execute(
        delete(SignInLink).where(
            SignInLink.browser_hash == link.browser_hash,
            SignInLink.email == link.email,
            SignInLink.consumed_at.is_(None),
        )
    )
    return link


def person_at(email: str, *, ctx: Context) -> Person:
    """The person at an address, created without a profile if there was none.

    The caller has them prove the mailbox before signing them in.
    """
    email = normal_email(email)
    new: Person | None = db.session.scalar(
        insert(Person)
        .values(
            id=uuid4(),
            email=email,
            full_name="",
            function="",
            organisation="",
            journal_key=secrets.token_bytes(32),
            created_at=ctx.instant,
        )
        .on_conflict_do_nothing(index_elements=[Person.email])
        .returning(Person)
    )
    return new or db.session.scalars(select(Person).where(Person.email == email)).one()


def open_session(
    person: Person, *, browser: str = "", external_account_id: UUID | None = None, ctx: Context
) -> tuple[Session, str]:
    """Sign a browser in. Returns the session and the token that only the browser keeps.

    `external_account_id` is the account at an identity provider that vouched for the person.
    """
    token = new_token()
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
    """Give a session of the actor a new token, when their profile changes; the old one is void.

    Returns the token, that only the browser keeps. Raises Conflict when the session is over.
    """
    token = new_token()
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


def close_session(session_id: UUID, *, ctx: Context) -> bool:
    """Sign one of the actor's browsers out, at once; whether it was in. One out stays out."""
    closed = db.session.scalar(
        update(Session)
        .where(
            Session.id == session_id,
            Session.person_id == ctx.actor.person_id,
            Session.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.instant)
        .returning(Session.id)
    )
    return closed is not None


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
    """Say who one is: only the person themself does.

    Raises Conflict, Invalid when a partner names no organisation.
    """
    if ctx.actor.person_id != person.id:
        raise Conflict(N_("On ne remplit que son propre profil."))
    if profile is Profile.PARTNER and not organisation.strip():
        raise Invalid(N_("Dites pour quel organisme vous travaillez."))
    person.full_name = full_name.strip()
    person.profile = profile
    person.function = function.strip()
    person.organisation = organisation.strip() if profile is Profile.PARTNER else ""
    db.session.flush()
    return person
