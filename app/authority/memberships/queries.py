"""Reads about who belongs to which territory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from app.authority.mailboxes.rules import Proof
from app.authority.memberships.models import Membership
from app.authority.rights.queries import lock_people
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Actor, Level
from app.gate.actors import Membership as GateMembership
from app.identity.models import Person, Profile
from app.territories.models import Territory

_STATE = [
    "level",
    "referent",
    "path",
    "requested_at",
    "wanted",
    "awaits",
    "proposed_level",
    "proposed_by_id",
    "given_at",
    "evidence",
    "expires_at",
    "contested_at",
    "ended_at",
]
# What the gate knows of a membership, in the order of its fields.
GATE_COLUMNS = (
    Membership.id,
    Membership.territory_id,
    Membership.level,
    Membership.expires_at,
    Membership.referent,
    Membership.contested_at.is_not(None),
)


def gate_membership(columns: Sequence[Any]) -> GateMembership:
    """A membership as the gate knows it, from its `GATE_COLUMNS`."""
    id_, territory_id, level, *rest = columns
    return GateMembership(id_, territory_id, Level(level), *rest)


def lock_memberships(
    person_id: UUID | None, territories: Collection[UUID]
) -> tuple[GateMembership, ...]:
    """A person's memberships of territories, contested or not, locked `FOR SHARE`.

    Both rows of each, that of its right first: what is read of either is of after the lock.
    """
    rows = db.session.execute(
        select(*GATE_COLUMNS)
        .where(
            Membership.person_id == person_id,
            Membership.territory_id.in_(territories),
            Membership.given_at.is_not(None),
            Membership.ended_at.is_(None),
        )
        .with_for_update(read=True)
    )
    return tuple(gate_membership(row) for row in rows)


def lock_membership(membership: Membership) -> Membership:
    """Lock a membership against acts that rely on it, and read it as it now is.

    The lock on the territory comes first, always: changes of who belongs to it follow one another.
    Raises Conflict when it has ended.
    """
    lock_people(membership.territory_id)
    db.session.refresh(membership, attribute_names=_STATE, with_for_update=True)
    if membership.is_over:
        raise Conflict(
            N_("Cette demande a déjà reçu une réponse, ou ce rattachement a pris fin."),
            way_out=N_("La liste montre ce qui attend encore."),
        )
    return membership


def lock_current(person_id: UUID | None, territory_id: UUID) -> Membership | None:
    """The membership, or request, of a person for a territory that has not ended, locked.

    Needs the people of the territory locked, so that no other comes meanwhile.
    """
    return db.session.scalar(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.territory_id == territory_id,
            Membership.ended_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def territories_of(actor: Actor) -> Sequence[Territory]:
    """The territories a person is a current member of, by name; no query for whoever has none."""
    ids = [membership.territory_id for membership in actor.memberships if not membership.contested]
    if not ids:
        return []
    return db.session.scalars(
        select(Territory).where(Territory.id.in_(ids)).order_by(Territory.name_key)
    ).all()


def memberships_of(person_id: UUID | None) -> Sequence[Membership]:
    """A person's memberships and requests, with their territories, the current ones first."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory))
        .where(Membership.person_id == person_id)
        .order_by(Membership.ended_at.is_not(None), Membership.requested_at.desc())
    ).all()


def is_current(instant: datetime) -> ColumnElement[bool]:
    """What is true of a membership that gives its level at an instant."""
    return and_(
        Membership.given_at.is_not(None),
        Membership.ended_at.is_(None),
        Membership.contested_at.is_(None),
        Membership.expires_at.is_(None) | (Membership.expires_at > instant),
    )


def current_memberships(territory_id: UUID, instant: datetime) -> Sequence[Membership]:
    """The current memberships of a territory, with their people: for members only."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.territory))
        .where(Membership.territory_id == territory_id, is_current(instant))
        .order_by(Membership.referent.desc(), Membership.level.desc(), Membership.given_at)
    ).all()


def suspended_memberships(territory_id: UUID) -> Sequence[Membership]:
    """The memberships of a territory that are suspended, with their people: for members only."""
    return _suspended(Membership.territory_id == territory_id)


def own_suspended(actor: Actor) -> Sequence[Membership]:
    """Someone's own memberships that are suspended; no query for whoever has none."""
    if not any(membership.contested for membership in actor.memberships):
        return []
    return _suspended(Membership.person_id == actor.person_id)


def _suspended(whose: ColumnElement[bool]) -> Sequence[Membership]:
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.territory))
        .where(
            whose,
            Membership.given_at.is_not(None),
            Membership.ended_at.is_(None),
            Membership.contested_at.is_not(None),
        )
        .order_by(Membership.contested_at)
    ).all()


def answering(territory_id: UUID, instant: datetime) -> ColumnElement[bool]:
    """What is true of a membership whose person answers for who else belongs to a territory.

    A referent who has since become a partner does not: the gate lets them do nothing of it.
    """
    partner = Membership.person.has(Person.profile == Profile.PARTNER)
    return and_(
        Membership.territory_id == territory_id, Membership.referent, is_current(instant), ~partner
    )


def referents(territory_id: UUID, instant: datetime) -> Sequence[Membership]:
    """The memberships of those who answer for who else belongs to a territory, with the people."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(answering(territory_id, instant))
        .order_by(Membership.given_at)
    ).all()


def has_referent(territory_id: UUID, instant: datetime) -> bool:
    """Whether someone answers for who else belongs to a territory."""
    found = select(Membership.id).where(answering(territory_id, instant))
    return bool(db.session.scalar(select(found.exists())))


def is_last_referent(membership: Membership, instant: datetime) -> bool:
    """Whether others may commit the territory, and none of them answers for it but this one."""
    where = membership.territory_id
    answer = {referent.id for referent in referents(where, instant)}
    left = [m for m in current_memberships(where, instant) if m.id != membership.id]
    return answer == {membership.id} and any(m.level >= Level.MAY_COMMIT for m in left)


def answerable(territory_id: UUID, instant: datetime) -> list[Membership]:
    """Whom a territory answers by: its referents or, once none is left, who may still commit it.

    With their people.
    """
    committing = [
        membership
        for membership in current_memberships(territory_id, instant)
        if membership.level >= Level.MAY_COMMIT and membership.person.profile is not Profile.PARTNER
    ]
    return [membership for membership in committing if membership.referent] or committing


def awaits_moderators() -> ColumnElement[bool]:
    """What is true of a request that awaits the moderators."""
    return and_(
        Membership.awaits == Proof.MODERATOR,
        Membership.ended_at.is_(None),
        Membership.contested_at.is_(None),
    )


def waiting_memberships() -> Sequence[Membership]:
    """The requests that await the moderators, oldest first."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory), joinedload(Membership.person))
        .where(awaits_moderators())
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


def committing_memberships(person_id: UUID) -> Sequence[Membership]:
    """A person's memberships that may commit their territory, contested or run out included.

    In the order of the locks on the territories.
    """
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.territory), joinedload(Membership.person))
        .where(
            Membership.person_id == person_id,
            Membership.level >= Level.MAY_COMMIT,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.territory_id)
    ).all()


def own_membership(membership_id: UUID, person_id: UUID | None) -> Membership | None:
    """A person's own membership that has not ended, with its person and territory."""
    found = membership(membership_id)
    mine = found is not None and found.person_id == person_id and found.ended_at is None
    return found if mine else None
