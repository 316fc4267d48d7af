"""What the people of a territory may do among themselves, at this very moment."""

from __future__ import annotations

from dataclasses import replace

from app.authority.memberships.queries import lock_memberships
from app.authority.rights.queries import lock_people
from app.gate import Context, Verb, check
from app.territories.models import Territory


def act_within(territory: Territory, verb: Verb, *, ctx: Context) -> Context:
    """Let an act of a territory's own people through, on the right they have at this very moment.

    From here to the commit nobody else changes who belongs to the territory. Returns the context
    with the membership as it now stands. Raises NotAllowed, StepUpNeeded.
    """
    lock_people(territory.id)
    others = tuple(m for m in ctx.actor.memberships if m.territory_id != territory.id)
    held = lock_memberships(ctx.actor.person_id, [territory.id])
    fresh = replace(ctx, actor=replace(ctx.actor, memberships=others + held))
    check(fresh, verb, territory)
    return fresh
