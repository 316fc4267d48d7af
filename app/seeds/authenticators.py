"""The second factors of the demonstration, whose secrets are known: in development only."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256

from flask import current_app

from app import clock
from app.db import db
from app.identity.models import Person
from app.identity.stepup import totp
from app.identity.stepup.models import Authenticator
from app.identity.stepup.queries import authenticator_of

KNOWN_TO_ALL = "the demonstration hides nothing"


def secret_of(email: str) -> str:
    """The secret of someone of the demonstration, in base 32: the same on every machine."""
    return b32encode(sha256(f"{KNOWN_TO_ALL}: {email}".encode()).digest()[:20]).decode()


def equip(person: Person) -> None:
    """Give someone of the demonstration their authenticator, confirmed now, if they have none."""
    if authenticator_of(person.id) is not None:
        return
    now = clock.now()
    secret = totp.sealed(
        secret_of(person.email), secret_key=current_app.config["SECRET_KEY"], owner=person.id
    )
    db.session.add(
        Authenticator(person_id=person.id, secret=secret, created_at=now, confirmed_at=now)
    )
    db.session.flush()
