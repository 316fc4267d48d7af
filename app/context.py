"""From a request to a Context, and into a phase."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import abort, g, request
from sqlalchemy import select

from app import clock
from app.calendar.models import Consultation
from app.calendar.queries import consultation_by_slug, fresh_calendar, latest_consultation
from app.db import advisory_lock, database_instant, db
from app.gate import NOBODY, Actor, Appointment, Context, Level, Membership, TerritoryLike
from app.identity.models import Person, Profile
from app.identity.queries import standing_appointments
from app.identity.stepup.queries import is_stepped_up
from app.identity.views import signed_in_person, signed_in_session
from app.phases import Phase
from app.territories.memberships.models import Membership as MembershipRow


def actor_for(person: Person | None) -> Actor:
    """The powers a person holds now, read from the database at each request."""
    if person is None:
        return NOBODY
    return Actor(
        person_id=person.id,
        profile_complete=person.profile_complete,
        organisation=person.profile is Profile.PARTNER and bool(person.organisation),
        memberships=_memberships(person.id),
        appointments=tuple(
            Appointment(row.role, row.consultation_id) for row in standing_appointments(person.id)
        ),
    )


def context_for(person: Person | None, consultation: Consultation | None = None) -> Context:
    """The context of an act outside a request: a command, a job, the demonstration, a test.

    Nothing there asks for a step-up: whoever runs it already holds the server.
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
    """Enter a phase: from here to the commit, neither its dates nor the right relied upon move.

    Takes the window's lock shared with every other act of the phase (amending takes it alone),
    holds the membership `FOR SHARE`, and only then, in later statements, reads the window and the
    database's clock. Returns the fresh context the gate is to judge.
    """
    calendar = ctx.calendar
    window = calendar.window(phase) if calendar else None
    if calendar is None or window is None:
        return ctx
    advisory_lock(window.id, shared=True)
    actor = ctx.actor
    if acting_for is not None and actor.person_id is not None:
        others = tuple(m for m in actor.memberships if m.territory_id != acting_for.id)
        held = _memberships(actor.person_id, held=acting_for.id)
        actor = replace(actor, memberships=others + held)
    fresh = fresh_calendar(calendar.consultation_id)
    entered = fresh.window(phase)
    return replace(
        ctx, actor=actor, instant=database_instant(), calendar=fresh,
        window_version=entered.version if entered else None,
    )  # fmt: skip


def _memberships(person_id: UUID, held: UUID | None = None) -> tuple[Membership, ...]:
    query = select(MembershipRow).where(
        MembershipRow.person_id == person_id,
        MembershipRow.granted_at.is_not(None),
        MembershipRow.ended_at.is_(None),
    )
    if held is None:
        standing = MembershipRow.expires_at.is_(None) | (MembershipRow.expires_at > clock.now())
        query = query.where(standing, MembershipRow.contested_at.is_(None))
    else:
        query = query.where(MembershipRow.territory_id == held).with_for_update(read=True)
    columns = (
        MembershipRow.territory_id, MembershipRow.level, MembershipRow.expires_at,
        MembershipRow.referent, MembershipRow.contested_at.is_not(None),
    )  # fmt: skip
    return tuple(
        Membership(territory_id, Level(level), expires_at, referent, contested)
        for territory_id, level, expires_at, referent, contested in db.session.execute(
            query.with_only_columns(*columns)
        )
    )
