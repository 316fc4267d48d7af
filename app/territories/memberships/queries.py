"""Reads about who belongs to which territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.gate import Actor
from app.identity.models import Person, Profile
from app.territories.mailboxes.rules import Proof
from app.territories.memberships.models import Membership
from app.territories.models import Territory


def territories_of(actor: Actor) -> Sequence[Territory]:
    """The territories a person stands as a member of, by name; no query for whoever has none."""
    if not actor.memberships:
        return []
    return db.session.scalars(
        select(Territory)
        .where(Territory.id.in_([membership.territory_id for membership in actor.memberships]))
        .order_by(Territory.name_key)
    ).all()


def memberships_of(person_id: UUID | None) -> Sequence[Membership]:
    """A person's memberships and requests, with their territories, those that stand first."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory))
        .where(Membership.person_id == person_id)
        .order_by(Membership.ended_at.is_not(None), Membership.requested_at.desc())
    ).all()


def standing(instant: datetime) -> ColumnElement[bool]:
    """What is true of a membership that gives its level at an instant."""
    return and_(
        Membership.granted_at.is_not(None),
        Membership.ended_at.is_(None),
        Membership.contested_at.is_(None),
        Membership.expires_at.is_(None) | (Membership.expires_at > instant),
    )


def standing_memberships(territory_id: UUID, instant: datetime) -> Sequence[Membership]:
    """The standing memberships of a territory, with their people: for members only."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.territory))
        .where(Membership.territory_id == territory_id, standing(instant))
        .order_by(Membership.referent.desc(), Membership.level.desc(), Membership.granted_at)
    ).all()


def answering(territory_id: UUID, instant: datetime) -> ColumnElement[bool]:
    """What is true of a membership whose person answers for who else belongs to a territory.

    A referent who has since become a partner does not: the gate lets them do nothing of it.
    """
    partner = Membership.person.has(Person.profile == Profile.PARTNER)
    return and_(
        Membership.territory_id == territory_id, Membership.referent, standing(instant), ~partner
    )


def has_referent(territory_id: UUID, instant: datetime) -> bool:
    """Whether someone answers for who else belongs to a territory."""
    return bool(db.session.scalar(select(exists().where(answering(territory_id, instant)))))


def waiting_memberships() -> Sequence[Membership]:
    """The requests that await the moderators, oldest first."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory), joinedload(Membership.person))
        .where(
            Membership.awaits == Proof.MODERATOR,
            Membership.ended_at.is_(None),
            Membership.contested_at.is_(None),
        )
        .order_by(Membership.requested_at)
    ).all()


def waiting_in(territory_id: UUID) -> Sequence[Membership]:
    """The requests of a territory that a referent may answer, oldest first, with their people."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(
            Membership.territory_id == territory_id,
            Membership.wanted.is_not(None),
            Membership.ended_at.is_(None),
            Membership.contested_at.is_(None),
        )
        .order_by(Membership.requested_at)
    ).all()


def membership(membership_id: UUID) -> Membership | None:
    """A membership with its person and territory, to answer it."""
    return db.session.scalar(
        select(Membership)
        .options(joinedload(Membership.territory), joinedload(Membership.person))
        .where(Membership.id == membership_id)
    )


def own_membership(membership_id: UUID, person_id: UUID | None) -> Membership | None:
    """A person's own membership that has not ended, with its person and territory."""
    found = membership(membership_id)
    mine = found is not None and found.person_id == person_id and found.ended_at is None
    return found if mine else None
