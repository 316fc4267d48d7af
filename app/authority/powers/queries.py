"""What a person may do now, read at each request, locked by each act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app import clock
from app.authority.mandates.models import Mandate as MandateRow
from app.authority.mandates.models import MandatePerson
from app.authority.memberships.models import Membership as MembershipRow
from app.authority.memberships.queries import (
    GATE_COLUMNS,
    gate_membership,
    is_current,
    lock_memberships,
)
from app.db import db
from app.gate.actors import NOBODY, Action, Actor, Appointment, Mandate, Membership, TerritoryLike
from app.identity.models import Person, Profile
from app.identity.queries import current_appointments

# Beside the memberships of the same statement, which are rights as well.
_Mandates = aliased(MandateRow, flat=True)
_MANDATE = (
    _Mandates.id,
    _Mandates.territory_id,
    _Mandates.consultation_id,
    _Mandates.actions,
    _Mandates.starts_at,
    _Mandates.ends_at,
    _Mandates.helper,
    _Mandates.helper_id,
    _Mandates.contested_at.is_not(None),
)
_NAMED = MandatePerson.removed_at.is_(None)
_SIGNED = _Mandates.given_at.is_not(None) & _Mandates.ended_at.is_(None)
# Of two mandates of one territory, every page and every act names the same one.
_FIRST_SIGNED = (_Mandates.given_at, _Mandates.id)


def actor_for(person: Person | None) -> Actor:
    """The powers a person has now, read from the database at each request."""
    if person is None:
        return NOBODY
    memberships, mandates = _rights(person.id)
    return Actor(
        person_id=person.id,
        profile_complete=person.profile_complete,
        organisation=person.profile is Profile.PARTNER,
        memberships=memberships,
        mandates=mandates,
        appointments=tuple(
            Appointment(row.role, row.consultation_id, row.departement_code)
            for row in current_appointments(person.id)
        ),
    )


def lock_rights(actor: Actor, territory: TerritoryLike) -> Actor:
    """The actor with their rights to a territory as they now are, locked until the commit.

    The memberships and the mandates `FOR SHARE`, with the membership of the helper structure that a
    mandate supposes.
    """
    if actor.person_id is None:
        return actor
    mandates = _locked_mandates(actor.person_id, territory.id)
    relied_on = {territory.id, *(m.helper_id for m in mandates if m.helper_id)}
    own = lock_memberships(actor.person_id, relied_on)
    others = tuple(m for m in actor.memberships if m.territory_id not in relied_on)
    return replace(actor, memberships=others + own, mandates=mandates)


def _rights(person_id: UUID) -> tuple[tuple[Membership, ...], tuple[Mandate, ...]]:
    """The memberships and mandates of a person in force, and their contested memberships.

    These give nothing, and no mandate of the same territory does meanwhile. In one statement, as
    each request reads them: every membership comes with every mandate.
    """
    now = clock.now()
    contested = MembershipRow.contested_at.is_not(None) & MembershipRow.ended_at.is_(None)
    belongs = is_current(now) | (contested & MembershipRow.given_at.is_not(None))
    lasting = (_Mandates.ends_at > now) & _Mandates.contested_at.is_(None)
    rows = db.session.execute(
        select(*GATE_COLUMNS, *_MANDATE)
        .select_from(Person)
        .outerjoin(MembershipRow, (MembershipRow.person_id == Person.id) & belongs)
        .outerjoin(MandatePerson, (MandatePerson.person_id == Person.id) & _NAMED)
        .outerjoin(_Mandates, (_Mandates.id == MandatePerson.mandate_id) & _SIGNED & lasting)
        .where(Person.id == person_id)
        .order_by(*_FIRST_SIGNED)
    ).all()
    split = len(GATE_COLUMNS)
    memberships = dict.fromkeys(gate_membership(row[:split]) for row in rows if row[0])
    mandates = dict.fromkeys(_mandate(row[split:]) for row in rows if row[split])
    return tuple(memberships), tuple(mandates)


def _locked_mandates(person_id: UUID, territory_id: UUID) -> tuple[Mandate, ...]:
    """Every row of each is locked, its right's first: all is read as it is after the lock."""
    rows = db.session.execute(
        select(*_MANDATE)
        .join(MandatePerson, MandatePerson.mandate_id == _Mandates.id)
        .where(
            MandatePerson.person_id == person_id,
            _Mandates.territory_id == territory_id,
            _NAMED,
            _SIGNED,
        )
        .order_by(*_FIRST_SIGNED)
        .with_for_update(read=True)
    )
    return tuple(_mandate(row) for row in rows)


def _mandate(columns: Sequence[Any]) -> Mandate:
    id_, territory_id, consultation_id, actions, *rest = columns
    return Mandate(id_, territory_id, consultation_id, frozenset(map(Action, actions)), *rest)
