"""From a request to a Context, and into a phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import abort, g, request
from sqlalchemy import select

from app import clock
from app.authority.mandates.models import Mandate as MandateRow
from app.authority.mandates.models import MandatePerson
from app.authority.memberships.models import Membership as MembershipRow
from app.authority.memberships.queries import HELD, held, hold_memberships, standing
from app.calendar.models import Consultation
from app.calendar.queries import consultation_by_slug, fresh_calendar, latest_consultation
from app.db import advisory_lock, database_instant, db
from app.gate import (
    NOBODY,
    Action,
    Actor,
    Appointment,
    Context,
    Mandate,
    Membership,
    TerritoryLike,
)
from app.identity.models import Person, Profile
from app.identity.queries import current_appointments
from app.identity.stepup.queries import is_stepped_up
from app.identity.views import signed_in_person, signed_in_session
from app.phases import Phase


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


def context_for(person: Person | None, consultation: Consultation | None = None) -> Context:
    """The context of an act outside a request: a command, a job, the demonstration, a test.

    Nothing there asks for a step-up: whoever runs it already controls the server.
    """
    calendar = fresh_calendar(consultation.id) if consultation else None
    return Context(actor_for(person), clock.now(), calendar, stepped_up=True)


def current_consultation() -> Consultation | None:
    """The consultation the address names, else the latest; 404 when the address names none."""
    if "consultation" not in g:
        slug = (request.view_args or {}).get("consultation")
        if slug is None:
            g.consultation = latest_consultation()
        else:
            g.consultation = consultation_by_slug(slug) or abort(404)
    found: Consultation | None = g.consultation
    return found


def named_consultation() -> Consultation:
    """The consultation the address names, for views whose address does; 404 when there is none."""
    found = current_consultation()
    assert found is not None
    return found


def request_context() -> Context:
    """The context of the present request, read once."""
    if "context" not in g:
        consultation = current_consultation()
        g.context = Context(
            actor_for(signed_in_person()),
            clock.now(),
            consultation.calendar() if consultation else None,
            stepped_up=is_stepped_up(signed_in_session(), clock.now()),
        )
    context: Context = g.context
    return context


def enter(ctx: Context, phase: Phase, *, acting_for: TerritoryLike | None = None) -> Context:
    """Enter a phase: from here to the commit, neither its dates nor the right relied upon change.

    Takes the window's lock shared with every other act of the phase (amending takes it alone),
    locks the membership and the mandates `FOR SHARE`, with the membership of the helper structure
    that a mandate supposes, and only then, in later statements, reads the window and the
    database's clock. Returns the fresh context the gate is to judge.
    """
    calendar = ctx.calendar
    window = calendar.window(phase) if calendar else None
    if calendar is None or window is None:
        return ctx
    advisory_lock(window.id, shared=True)
    actor = _held(ctx.actor, acting_for) if acting_for is not None else ctx.actor
    fresh = fresh_calendar(calendar.consultation_id)
    entered = fresh.window(phase)
    return replace(
        ctx,
        actor=actor,
        instant=database_instant(),
        calendar=fresh,
        window_version=entered.version if entered else None,
    )


def lock_right(ctx: Context, territory: TerritoryLike | None) -> Context:
    """Lock a person's rights to a territory, as `enter` does, for an act of no phase."""
    if territory is None:
        return ctx
    return replace(ctx, actor=_held(ctx.actor, territory), instant=database_instant())


def _held(actor: Actor, territory: TerritoryLike) -> Actor:
    """The actor with their present rights to a territory, locked until the commit."""
    if actor.person_id is None:
        return actor
    mandates = _held_mandates(actor.person_id, territory.id)
    relied_on = {territory.id, *(m.helper_id for m in mandates if m.helper_id)}
    own = hold_memberships(actor.person_id, relied_on)
    others = tuple(m for m in actor.memberships if m.territory_id not in relied_on)
    return replace(actor, memberships=others + own, mandates=mandates)


_MANDATE = (
    MandateRow.id,
    MandateRow.territory_id,
    MandateRow.consultation_id,
    MandateRow.actions,
    MandateRow.starts_at,
    MandateRow.ends_at,
    MandateRow.helper,
    MandateRow.helper_id,
    MandateRow.contested_at.is_not(None),
)
_NAMED = MandatePerson.removed_at.is_(None)
_SIGNED = MandateRow.signed_at.is_not(None) & MandateRow.revoked_at.is_(None)
# Of two mandates of one territory, every page and every act names the same one.
_FIRST_SIGNED = (MandateRow.signed_at, MandateRow.id)


def _rights(person_id: UUID) -> tuple[tuple[Membership, ...], tuple[Mandate, ...]]:
    """The memberships and mandates of a person in force, and their contested memberships.

    These give nothing, and no mandate of the same territory does meanwhile. In one statement, as
    each request reads them: every membership comes with every mandate.
    """
    now = clock.now()
    contested = MembershipRow.contested_at.is_not(None) & MembershipRow.ended_at.is_(None)
    belongs = standing(now) | (contested & MembershipRow.granted_at.is_not(None))
    lasting = (MandateRow.ends_at > now) & MandateRow.contested_at.is_(None)
    rows = db.session.execute(
        select(*HELD, *_MANDATE)
        .select_from(Person)
        .outerjoin(MembershipRow, (MembershipRow.person_id == Person.id) & belongs)
        .outerjoin(MandatePerson, (MandatePerson.person_id == Person.id) & _NAMED)
        .outerjoin(MandateRow, (MandateRow.id == MandatePerson.mandate_id) & _SIGNED & lasting)
        .where(Person.id == person_id)
        .order_by(*_FIRST_SIGNED)
    ).all()
    split = len(HELD)
    memberships = dict.fromkeys(held(row[:split]) for row in rows if row[0])
    mandates = dict.fromkeys(_mandate(row[split:]) for row in rows if row[split])
    return tuple(memberships), tuple(mandates)


def _held_mandates(person_id: UUID, territory_id: UUID) -> tuple[Mandate, ...]:
    rows = db.session.execute(
        select(*_MANDATE)
        .join(MandatePerson, MandatePerson.mandate_id == MandateRow.id)
        .where(
            MandatePerson.person_id == person_id,
            MandateRow.territory_id == territory_id,
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
