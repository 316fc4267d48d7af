"""Forget what confirming leaves behind."""

from __future__ import annotations

from sqlalchemy import delete

from app import clock
from app.db import db
from app.identity.stepup.models import Authenticator, WrongCode
from app.identity.stepup.rules import ENROLMENT_LIFETIME, LIMITS
from app.jobs import job


@job(every=3600)
def forget_second_factors() -> None:
    """Delete the wrong codes that no limit counts any more, and the enrolments given up."""
    now = clock.now()
    _, longest = LIMITS[-1]
    db.session.execute(delete(WrongCode).where(WrongCode.typed_at < now - longest))
    db.session.execute(
        delete(Authenticator).where(
            Authenticator.confirmed_at.is_(None),
            Authenticator.created_at < now - ENROLMENT_LIFETIME,
        )
    )
