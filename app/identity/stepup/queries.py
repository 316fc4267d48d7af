"""Reads about second factors."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from app.db import advisory_lock, db
from app.errors import N_, Conflict
from app.identity.models import Person, Session
from app.identity.rules import signed_in_lately
from app.identity.stepup import rules, totp
from app.identity.stepup.models import Authenticator, RecoveryCode, WrongCode


def step_up_hours() -> int:
    """How many hours a confirmation lasts."""
    hours: int = current_app.config["STEP_UP_HOURS"]
    return hours


def is_stepped_up(session: Session | None, instant: datetime) -> bool:
    """Whether the person behind a session lately confirmed there that it is them."""
    lifetime = timedelta(hours=step_up_hours())
    return session is not None and rules.is_current(session.stepped_up_at, instant, lifetime)


def authenticator_of(person_id: UUID) -> Authenticator | None:
    """A person's confirmed authenticator, read again from the database."""
    return db.session.scalar(
        select(Authenticator)
        .where(Authenticator.person_id == person_id, Authenticator.confirmed_at.is_not(None))
        .execution_options(populate_existing=True)
    )


def pending_authenticator_of(session: Session, instant: datetime) -> Authenticator | None:
    """The authenticator the person behind a session is adding, unless they began too long ago.

    None too in a session opened long before: whoever stole it must not read the secret.
    """
    pending = db.session.scalar(
        select(Authenticator).where(
            Authenticator.person_id == session.person_id, Authenticator.confirmed_at.is_(None)
        )
    )
    if pending is None or rules.expired(pending.created_at, instant):
        return None
    return pending if signed_in_lately(session.created_at, pending.created_at) else None


def count_recovery_codes(person_id: UUID) -> int:
    """How many recovery codes a person has left."""
    unused = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def lock_second_factor(person_id: UUID) -> None:
    """From here to the commit, nothing else happens to this person's second factor."""
    advisory_lock(person_id)


def count_wrong_codes(person_id: UUID, instant: datetime) -> int:
    """How many wrong codes were typed for a person lately, as far back as the limits look."""
    _, longest = rules.LIMITS[-1]
    wrong = select(func.count()).where(
        WrongCode.person_id == person_id, WrongCode.typed_at > instant - longest
    )
    return db.session.scalar(wrong) or 0


def person_with_authenticator(email: str) -> Person | None:
    """The person at an address, when they have an authenticator."""
    return db.session.scalar(
        select(Person)
        .join(Authenticator, Authenticator.person_id == Person.id)
        .where(Person.email == email, Authenticator.confirmed_at.is_not(None))
    )


def secret_of(authenticator: Authenticator) -> str:
    """An authenticator's secret, in base 32. Raises Conflict when the server's key has changed."""
    try:
        return totp.opened(
            authenticator.secret,
            owner=authenticator.person_id,
            secret_key=current_app.config["SECRET_KEY"],
        )
    except totp.Unreadable as error:
        current_app.logger.error("authenticator %s: sealed under another key", authenticator.id)
        raise Conflict(
            N_("Votre application d’authentification n’est plus reconnue par la plateforme."),
            way_out=N_("Demandez à l’administration de la réinitialiser."),
        ) from error
