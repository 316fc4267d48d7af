"""Forget what signing in leaves behind."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from app import clock
from app.db import db
from app.identity.models import Session, SignInLink
from app.identity.oidc.models import ExternalAccount
from app.identity.rules import LINKS_KEPT
from app.jobs import job

SESSIONS_KEPT = timedelta(days=30)


@job(every=3600)
def forget() -> None:
    """Delete links older than a day, sessions over for a month, and accounts nobody took."""
    now = clock.now()
    db.session.execute(delete(SignInLink).where(SignInLink.created_at < now - LINKS_KEPT))
    db.session.execute(
        delete(ExternalAccount).where(
            ExternalAccount.person_id.is_(None), ExternalAccount.seen_at < now - LINKS_KEPT
        )
    )
    over = now - SESSIONS_KEPT
    db.session.execute(
        delete(Session).where(or_(Session.expires_at < over, Session.revoked_at < over))
    )
