"""Reads about invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import answering
from app.db import db
from app.errors import N_, Conflict, DomainError, NotAllowed
from app.gate.actors import Context
from app.identity.models import Person
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


def acceptance_refusal(invitation: Invitation, *, ctx: Context) -> DomainError | None:
    """Why whoever is signed in may not accept an invitation, or None."""
    person = db.session.get_one(Person, ctx.actor.person_id)
    if person.email != invitation.email:
        return NotAllowed(
            N_("Cette invitation a été envoyée à une autre adresse que la vôtre."),
            way_out=N_("Connectez-vous avec l’adresse qui a reçu l’invitation."),
        )
    inviting = db.session.scalar(
        select(Membership.id).where(
            Membership.person_id == invitation.invited_by_id,
            answering(invitation.territory_id, ctx.instant),
        )
    )
    over = invitation.accepted_at or invitation.revoked_at or ctx.instant >= invitation.expires_at
    if over or inviting is None:
        return Conflict(
            N_("Cette invitation a déjà servi, a été retirée ou n’est plus valable."),
            way_out=N_("Demandez-en une nouvelle, ou demandez vous-même votre rattachement."),
        )
    return None
