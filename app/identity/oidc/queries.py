"""Reads about accounts at the identity provider."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.identity.oidc.models import ExternalAccount


def accounts_of(person_id: UUID) -> list[ExternalAccount]:
    """The accounts by which a person may sign in, the oldest link first."""
    return list(
        db.session.scalars(
            select(ExternalAccount)
            .where(ExternalAccount.person_id == person_id)
            .order_by(ExternalAccount.linked_at)
        )
    )


def siret_of(account_id: UUID) -> str:
    """The establishment where an account's person works, as the identity provider last claimed.

    14 digits, empty when it claims none. It proves an employer: that of a territory's own siège
    makes a member, and no SIRET lets one commit: a school has one under its commune's
    SIREN.
    """
    query = select(ExternalAccount.siret).where(ExternalAccount.id == account_id)
    return db.session.scalar(query) or ""
