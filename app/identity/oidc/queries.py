"""Reads about accounts at the identity provider."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.identity.oidc.models import ExternalAccount


def accounts_of(person_id: UUID) -> list[ExternalAccount]:
    """The accounts by which a person may sign in, the one linked first first."""
    return list(
        db.session.scalars(
            select(ExternalAccount)
            .where(ExternalAccount.person_id == person_id)
            .order_by(ExternalAccount.linked_at)
        )
    )


def siret_of(person_id: UUID) -> str | None:
    """The establishment a person works for, as their identity provider last told: 14 digits.

    It proves an employer and no right: a school carries a number under its commune's SIREN.
    """
    told = db.session.scalar(
        select(ExternalAccount.siret)
        .where(ExternalAccount.person_id == person_id)
        .order_by(ExternalAccount.seen_at.desc())
        .limit(1)
    )
    return told or None
