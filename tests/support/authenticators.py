"""Second factors in tests: an authenticator in place, and the codes it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from flask import current_app

from app import clock
from app.db import db, transaction
from app.identity.models import Person
from app.identity.stepup import totp
from app.identity.stepup.models import Authenticator

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CONFIRMATION = "/mon-compte/confirmation"
OVERVIEW = "/mon-compte/double-authentification"


def equipped(person: Person, secret: str = SECRET) -> Person:
    """Give someone an authenticator, as if they had added it."""
    now = clock.now()
    sealed = totp.sealed(secret, secret_key=current_app.config["SECRET_KEY"], owner=person.id)
    with transaction():
        db.session.add(
            Authenticator(person_id=person.id, secret=sealed, created_at=now, confirmed_at=now)
        )
    return person


def code_of(secret: str = SECRET, *, at: datetime | None = None, steps: int = 0) -> str:
    """The code an application shows now, or so many steps of 30 seconds away."""
    return pyotp.TOTP(secret).at((at or clock.now()) + steps * timedelta(seconds=30))


def wrong_code(secret: str = SECRET) -> str:
    """Six digits that are no valid code now."""
    valid = {code_of(secret, steps=steps) for steps in (-2, -1, 0, 1, 2)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555")
        if code not in valid
    )
