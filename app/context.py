"""From a request to a Context, and into a phase."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, g, request

from app import clock
from app.authority.powers.queries import actor_for, lock_rights
from app.calendar.life.rules import sees_drafts
from app.calendar.models import Consultation
from app.calendar.queries import (
    consultation_by_slug,
    foremost_consultation,
    fresh_calendar,
    lock_window,
    refreshed,
)
from app.db import database_instant
from app.gate.actors import Actor, Context, TerritoryLike
from app.identity.browser import signed_in_person, signed_in_session
from app.identity.models import Person
from app.identity.stepup.queries import is_stepped_up
from app.phases import Phase


def context_for(person: Person | None, consultation: Consultation | None = None) -> Context:
    """The context of an act outside a request: a command, a job, the demonstration, a test.

    Nothing there asks for a step-up: whoever runs it already controls the server.
    """
    calendar = fresh_calendar(consultation.id) if consultation else None
    return Context(actor_for(person), clock.now(), calendar, stepped_up=True)


def current_consultation() -> Consultation | None:
    """The consultation the address names, else the foremost; 404 when the address names none.

    A draft is there for its team alone.
    """
    if "consultation" not in g:
        slug = (request.view_args or {}).get("consultation")
        if slug is None:
            g.consultation = foremost_consultation(clock.now())
        else:
            named = consultation_by_slug(slug) or abort(404)
            calendar = named.calendar()
            if not (calendar.announced or sees_drafts(_actor(), calendar)):
                abort(404)
            g.consultation = named
    found: Consultation | None = g.consultation
    return found


def _actor() -> Actor:
    """Whoever asks, read once."""
    if "actor" not in g:
        g.actor = actor_for(signed_in_person())
    actor: Actor = g.actor
    return actor


def named_consultation() -> Consultation:
    """The consultation the address names, for views whose address does; 404 when there is none."""
    found = current_consultation()
    assert found is not None
    return found


def around(phase: Phase) -> dict[str, object]:
    """What every page of a phase is given: the consultation, and the phase's window."""
    found, ctx = named_consultation(), request_context()
    return {
        "slug": found.slug,
        "consultation": found,
        "window": ctx.calendar.window(phase) if ctx.calendar else None,
        "instant": ctx.instant,
    }


def request_context() -> Context:
    """The context of the present request, read once."""
    if "context" not in g:
        consultation = current_consultation()
        g.context = Context(
            _actor(),
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
    if ctx.calendar is None or ctx.calendar.window(phase) is None:
        return ctx
    lock_window(ctx, phase)
    if acting_for is not None:
        ctx = replace(ctx, actor=lock_rights(ctx.actor, acting_for))
    return refreshed(ctx, phase)


def lock_right(ctx: Context, territory: TerritoryLike | None) -> Context:
    """Lock a person's rights to a territory, as `enter` does, for an act of no phase."""
    if territory is None:
        return ctx
    return replace(ctx, actor=lock_rights(ctx.actor, territory), instant=database_instant())
