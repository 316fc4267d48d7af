"""Reads about who belongs to which territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.gate import Actor, TerritoryKind
from app.territories.models import Membership, Territory


def territories_of(actor: Actor) -> Sequence[Territory]:
    """The territories a person stands as a member of, by name; no query for whoever has none."""
    if not actor.memberships:
        return []
    return db.session.scalars(
        select(Territory)
        .where(Territory.id.in_([membership.territory_id for membership in actor.memberships]))
        .order_by(Territory.name_key)
    ).all()


def territory_by_code(kind: TerritoryKind, code: str) -> Territory | None:
    """The territory of a kind that bears an official code."""
    return db.session.scalar(
        select(Territory).where(Territory.kind == kind, Territory.code == code)
    )


def memberships_of(person_id: UUID | None) -> Sequence[Membership]:
    """A person's memberships and requests, with their territories, those that stand first."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory))
        .where(Membership.person_id == person_id)
        .order_by(Membership.ended_at.is_not(None), Membership.requested_at.desc())
    ).all()


def colleagues(territory_id: UUID, instant: datetime) -> Sequence[Membership]:
    """The standing memberships of a territory, with their people: for members only."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(
            Membership.territory_id == territory_id,
            Membership.granted_at.is_not(None),
            Membership.ended_at.is_(None),
            Membership.expires_at.is_(None) | (Membership.expires_at > instant),
        )
        .order_by(Membership.level.desc(), Membership.granted_at)
    ).all()


def waiting_memberships() -> Sequence[Membership]:
    """The requests no moderator has answered yet, oldest first."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory), joinedload(Membership.person))
        .where(Membership.granted_at.is_(None), Membership.ended_at.is_(None))
        .order_by(Membership.requested_at)
    ).all()


def membership(membership_id: UUID) -> Membership | None:
    """A membership with its person and territory, to answer it."""
    return db.session.scalar(
        select(Membership)
        .options(joinedload(Membership.territory), joinedload(Membership.person))
        .where(Membership.id == membership_id)
    )
