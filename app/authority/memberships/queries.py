"""Reads about who belongs to which territory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from app.authority.mailboxes.queries import mailbox_of, standing_of
from app.authority.mailboxes.rules import Proof, proof_of
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.memberships.models import Membership
from app.authority.memberships.rules import (
    FRESH,
    NOTHING_PROVED,
    Answer,
    Proved,
    answer_to,
    way_back_after,
)
from app.contests.models import Contest
from app.db import db
from app.gate import Actor, Level
from app.gate import Membership as Held
from app.identity.models import Person, Profile, Session
from app.identity.oidc.queries import siret_of
from app.territories.models import Territory

_DAY = timedelta(days=1)
# What the gate knows of a membership, in the order of its fields.
HELD = (
    Membership.territory_id,
    Membership.level,
    Membership.expires_at,
    Membership.referent,
    Membership.contested_at.is_not(None),
)


def held(columns: Sequence[Any]) -> Held:
    """A membership as the gate knows it, from the columns `HELD`."""
    territory_id, level, expires_at, referent, contested = columns
    return Held(territory_id, Level(level), expires_at, referent, contested)


def hold_memberships(person_id: UUID | None, territories: Collection[UUID]) -> tuple[Held, ...]:
    """What a person now holds of territories, contested or not, held `FOR SHARE`."""
    rows = db.session.execute(
        select(*HELD)
        .where(
            Membership.person_id == person_id,
            Membership.territory_id.in_(territories),
            Membership.granted_at.is_not(None),
            Membership.ended_at.is_(None),
        )
        .with_for_update(read=True)
    )
    return tuple(held(row) for row in rows)


def territories_of(actor: Actor) -> Sequence[Territory]:
    """The territories a person stands as a member of, by name; no query for whoever has none."""
    ids = [membership.territory_id for membership in actor.memberships if not membership.contested]
    if not ids:
        return []
    return db.session.scalars(
        select(Territory).where(Territory.id.in_(ids)).order_by(Territory.name_key)
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
            Membership.granted_at.is_not(None),
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
        Membership.territory_id == territory_id, Membership.referent, standing(instant), ~partner
    )


def referents(territory_id: UUID, instant: datetime) -> Sequence[Membership]:
    """The memberships of those who answer for who else belongs to a territory, with the people."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(answering(territory_id, instant))
        .order_by(Membership.granted_at)
    ).all()


def has_referent(territory_id: UUID, instant: datetime) -> bool:
    """Whether someone answers for who else belongs to a territory."""
    return bool(db.session.scalar(select(exists().where(answering(territory_id, instant)))))


def answerable(territory_id: UUID, instant: datetime) -> list[Membership]:
    """Whom a territory answers by: its referents or, once none is left, who may still commit it.

    With their people.
    """
    committing = [
        membership
        for membership in standing_memberships(territory_id, instant)
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


def proved_by(session: Session | None, instant: datetime) -> Proved:
    """What a session proves within a day: by a mailed link the mailbox, else the SIRET told then.

    Whoever signs in by an identity provider may have lost the mailbox of their account long since.
    """
    if session is None or instant - session.created_at >= FRESH:
        return NOTHING_PROVED
    if session.external_account_id is None:
        return Proved(mailbox=True)
    return Proved(siret=siret_of(session.external_account_id))


def answer_for(
    person: Person, territory_id: UUID, wanted: Level, *, proved: Proved, instant: datetime
) -> Answer:
    """What a person would obtain of a territory at once, and what the rest would await."""
    own = mailbox_of(territory_id)
    proof = proof_of(person.email, standing_of(territory_id, person.email), instant)
    # Whole and known by import: a school carries a SIRET under the SIREN of its commune.
    own_siege = own is not None and own.siret != "" and proved.siret == own.siret
    return answer_to(
        proof,
        wanted,
        mailed=proved.mailbox,
        own_siege=own_siege,
        way_back=_way_back(person.id, territory_id),
    )


def _way_back(person_id: UUID, territory_id: UUID) -> Proof | None:
    """By how their last membership ended; what they gave up, or were refused, was none."""
    judged = exists().where(
        Contest.membership_id == Membership.id, Contest.upheld.is_distinct_from(True)
    )
    last = db.session.execute(
        select(Membership.ended_by, judged)
        .where(
            Membership.person_id == person_id,
            Membership.territory_id == territory_id,
            Membership.ended_at.is_not(None),
            Membership.granted_at.is_not(None) | Membership.ended_by.not_in(("", "person")),
        )
        .order_by(Membership.ended_at.desc())
        .limit(1)
    ).first()
    return way_back_after(last[0], judged=last[1]) if last else None


def acting(
    person_id: UUID | None, territory_id: UUID | ColumnElement[UUID], instant: datetime
) -> ColumnElement[bool]:
    """Whether someone was ever recognised in a territory, or a mandate of it that lasts names them.

    Suspended or not: who decides for a collectivity is nobody it counts, or counted, among its own.
    """
    own, mandate = aliased(Membership), aliased(Mandate)
    recognised = exists().where(
        own.person_id == person_id, own.territory_id == territory_id, own.granted_at.is_not(None)
    )
    named = exists().where(
        MandatePerson.mandate_id == mandate.id,
        MandatePerson.person_id == person_id,
        MandatePerson.removed_at.is_(None),
        mandate.territory_id == territory_id,
        mandate.signed_at.is_not(None),
        mandate.revoked_at.is_(None),
        mandate.ends_at > instant,
    )
    return recognised | named


def acts_or_acted_for(person_id: UUID | None, territory_id: UUID, instant: datetime) -> bool:
    """Whether a collectivity is, or was, someone's own, as `acting` says."""
    return bool(db.session.scalar(select(acting(person_id, territory_id, instant))))


def asked_today(person_id: UUID, territory_id: UUID, instant: datetime) -> int:
    """How many times a person asked for a territory in the last day, what they gave up included."""
    asked = select(func.count()).where(
        Membership.person_id == person_id,
        Membership.territory_id == territory_id,
        Membership.requested_at > instant - _DAY,
    )
    return db.session.scalar(asked) or 0
