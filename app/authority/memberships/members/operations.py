"""The people of a territory among themselves: approve, end, leave, name a referent."""

from __future__ import annotations

from dataclasses import replace

from app.authority.memberships.events import MembershipReferentEnded, MembershipReferentNamed
from app.authority.memberships.grants.messages import (
    ReferentNamed,
    send_no_referent_left,
    send_notice,
)
from app.authority.memberships.grants.operations import recognise, refuse_request, terminate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import lock_membership, lock_memberships
from app.authority.memberships.rules import Path, own_refusal
from app.authority.rights.queries import lock_people
from app.db import db
from app.errors import N_, Conflict, NotAllowed
from app.gate.actors import Context, Level
from app.gate.refusals import check
from app.gate.verb import Verb
from app.gate.verbs import APPROVE_MEMBERSHIP, CHANGE_REFERENT, END_MEMBERSHIP, LEAVE_TERRITORY
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.models import Territory


def act_within(territory: Territory, verb: Verb, *, ctx: Context) -> Context:
    """Let an act of a territory's own people through, on the right they have at this very moment.

    From here to the commit nobody else changes who belongs to the territory. Returns the context
    with the membership read again. Raises NotAllowed, StepUpNeeded.
    """
    lock_people(territory.id)
    others = tuple(m for m in ctx.actor.memberships if m.territory_id != territory.id)
    locked = lock_memberships(ctx.actor.person_id, [territory.id])
    fresh = replace(ctx, actor=replace(ctx.actor, memberships=others + locked))
    check(fresh, verb, territory)
    return fresh


def approve_membership(membership: Membership, *, level: Level, ctx: Context) -> Membership:
    """A referent recognises a colleague who asked, for twelve months.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict (nobody approves themself,
    nothing is awaited any more, it is contested), Invalid (a partner never commits a territory).
    Approving what another referent just approved changes nothing.
    """
    ctx = act_within(membership.territory, APPROVE_MEMBERSHIP, ctx=ctx)
    _not_oneself(membership, ctx)
    lock_membership(membership)
    if membership.wanted is None:
        if membership.is_current(ctx.instant) and membership.level == level:
            return membership
        raise Conflict(N_("Cette demande a déjà reçu une réponse."))
    membership.wanted = membership.awaits = None
    return recognise(membership, level=level, path=Path.REFERENT, ctx=ctx)


def decline_membership(membership: Membership, *, reason: str, ctx: Context) -> Membership:
    """A referent refuses what a colleague asked, with a reason. Raises NotAllowed, Invalid."""
    ctx = act_within(membership.territory, APPROVE_MEMBERSHIP, ctx=ctx)
    _not_oneself(membership, ctx)
    return refuse_request(lock_membership(membership), reason=reason, ctx=ctx)


def end_membership(membership: Membership, *, ctx: Context) -> Membership:
    """A referent ends a colleague's membership, at once; another referent's, by a step-up.

    Needs `territory` and `person` loaded. Raises NotAllowed, StepUpNeeded, Conflict: one leaves by
    oneself, and what is contested is for the moderators to decide.
    """
    ctx = act_within(membership.territory, END_MEMBERSHIP, ctx=ctx)
    _not_oneself(membership, ctx)
    lock_membership(membership)
    if membership.referent:
        check(ctx, CHANGE_REFERENT, membership.territory)
    return _terminated(membership, "referent", ctx)


def leave_territory(membership: Membership, *, ctx: Context) -> Membership:
    """End one's own membership, or give up one's request, at once.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict while it is contested, for
    what was done in the territory's name is then being judged.
    """
    check(ctx, LEAVE_TERRITORY, membership)
    lock_membership(membership)
    return _terminated(membership, "person", ctx)


def name_referent(membership: Membership, *, ctx: Context) -> Membership:
    """A referent makes another of a colleague who may commit the territory.

    Needs `territory` and `person` loaded. Raises NotAllowed, StepUpNeeded, Conflict. Naming twice
    changes nothing.
    """
    ctx = act_within(membership.territory, CHANGE_REFERENT, ctx=ctx)
    lock_membership(membership)
    if membership.referent:
        return membership
    if not membership.is_current(ctx.instant) or membership.level < Level.MAY_COMMIT:
        raise Conflict(
            N_("Seule une personne habilitée à engager la collectivité peut être référente."),
        )
    membership.referent = True
    db.session.flush()
    label = membership.territory.label
    record(MembershipReferentNamed(subject_id=str(membership.id), territory=label), ctx=ctx)
    send(
        ReferentNamed(territory=label, territory_id=str(membership.territory_id)),
        to=membership.person.email,
    )
    send_notice(membership, ctx=ctx)
    return membership


def step_down(membership: Membership, *, ctx: Context) -> Membership:
    """Stop being a referent, and keep the rest of one's membership.

    When nobody is left, those who may commit the territory are sent how the next one comes.
    Raises NotAllowed, StepUpNeeded. Doing it twice changes nothing.
    """
    ctx = act_within(membership.territory, CHANGE_REFERENT, ctx=ctx)
    if membership.person_id != ctx.actor.person_id:
        raise NotAllowed(N_("On ne renonce qu’à son propre rôle de référent."))
    lock_membership(membership)
    if not membership.referent:
        return membership
    membership.referent = False
    db.session.flush()
    label = membership.territory.label
    record(MembershipReferentEnded(subject_id=str(membership.id), territory=label), ctx=ctx)
    send_no_referent_left(membership, ctx=ctx)
    return membership


def _terminated(membership: Membership, by: str, ctx: Context) -> Membership:
    if membership.contested_at is not None:
        raise Conflict(N_("Ce rattachement est contesté : l’équipe de modération statuera."))
    return terminate(membership, by=by, ctx=ctx)


def _not_oneself(membership: Membership, ctx: Context) -> None:
    another = N_("Une autre personne référente peut le faire.")
    if refused := own_refusal(membership.person_id, ctx.actor.person_id, way_out=another):
        raise refused
