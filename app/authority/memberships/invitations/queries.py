"""Reads about invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.authority.memberships.invitations.models import Invitation
from app.db import db
from app.tokens import token_hash


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation a link names, whatever became of it."""
    return db.session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.territory), joinedload(Invitation.invited_by))
        .where(Invitation.token_hash == token_hash(token))
    )


def invitation(invitation_id: UUID) -> Invitation | None:
    """An invitation with its territory, to revoke it."""
    return db.session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.territory))
        .where(Invitation.id == invitation_id)
    )


def waiting_invitations(territory_id: UUID, instant: datetime) -> Sequence[Invitation]:
    """The invitations of a territory that can still be accepted, latest first."""
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.territory_id == territory_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > instant,
        )
        .order_by(Invitation.created_at.desc())
    ).all()
