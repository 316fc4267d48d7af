"""The people of a territory among themselves: approve, end, leave, name a referent."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.errors import N_, Conflict, NotAllowed
from app.gate import (
    APPROVE_MEMBERSHIP,
    CHANGE_REFERENT,
    END_MEMBERSHIP,
    LEAVE_TERRITORY,
    Context,
    Level,
    Verb,
    check,
)
from app.gate import Membership as Held
from app.journal.events import MembershipReferentEnded, MembershipReferentNamed
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.memberships.grants.messages import ReferentNamed
from app.territories.memberships.grants.operations import (
    hold,
    hold_people,
    recognise,
    tell_no_referent_left,
    terminate,
)
from app.territories.memberships.models import Membership
from app.territories.memberships.notices.operations import tell_mailbox
from app.territories.memberships.operations import refuse_request
from app.territories.memberships.queries import standing_memberships
from app.territories.memberships.rules import Path
from app.territories.models import Territory


def approve_membership(membership: Membership, *, level: Level, ctx: Context) -> Membership:
    """A referent recognises a colleague who asked, for twelve months.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict (nobody approves themself,
    nothing is awaited any more, it is contested), Invalid (a partner never commits a territory).
    Approving what another referent just approved changes nothing.
    """
    ctx = act_within(membership.territory, APPROVE_MEMBERSHIP, ctx=ctx)
    _not_oneself(membership, ctx)
    hold(membership)
    if membership.wanted is None:
        if membership.stands(ctx.instant) and membership.level == level:
            return membership
        raise Conflict(N_("Cette demande a déjà reçu une réponse."))
    membership.wanted = membership.awaits = None
    return recognise(membership, level=level, path=Path.REFERENT, ctx=ctx)


def decline_membership(membership: Membership, *, reason: str, ctx: Context) -> Membership:
    """A referent refuses what a colleague asked, with a reason. Raises NotAllowed, Invalid."""
    ctx = act_within(membership.territory, APPROVE_MEMBERSHIP, ctx=ctx)
    _not_oneself(membership, ctx)
    return refuse_request(hold(membership), reason=reason, ctx=ctx)


def end_membership(membership: Membership, *, ctx: Context) -> Membership:
    """A referent ends a colleague's membership, at once.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict: one leaves by oneself, and
    what is contested is for the moderators to decide.
    """
    ctx = act_within(membership.territory, END_MEMBERSHIP, ctx=ctx)
    _not_oneself(membership, ctx)
    hold(membership)
    if membership.contested_at is not None:
        raise Conflict(N_("Ce rattachement est contesté : l’équipe de modération statuera."))
    return terminate(membership, by="referent", ctx=ctx)


def leave_territory(membership: Membership, *, ctx: Context) -> Membership:
    """End one's own membership, or give up one's request, at once.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict while it is contested, for
    what was done in the territory's name is then being judged.
    """
    check(ctx, LEAVE_TERRITORY, membership)
    hold(membership)
    if membership.contested_at is not None:
        raise Conflict(N_("Ce rattachement est contesté : l’équipe de modération statuera."))
    return terminate(membership, by="person", ctx=ctx)


def name_referent(membership: Membership, *, ctx: Context) -> Membership:
    """A referent makes another of a colleague who may commit the territory.

    Needs `territory` and `person` loaded. Raises NotAllowed, StepUpNeeded, Conflict. Naming twice
    changes nothing.
    """
    ctx = act_within(membership.territory, CHANGE_REFERENT, ctx=ctx)
    hold(membership)
    if membership.referent:
        return membership
    if not membership.stands(ctx.instant) or membership.level < Level.MAY_COMMIT:
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
    tell_mailbox(membership, ctx=ctx)
    return membership


def step_down(membership: Membership, *, ctx: Context) -> Membership:
    """Stop being a referent, and keep the rest of one's membership.

    When nobody is left, those who may commit the territory are told how the next one comes.
    Raises NotAllowed, StepUpNeeded. Doing it twice changes nothing.
    """
    ctx = act_within(membership.territory, CHANGE_REFERENT, ctx=ctx)
    if membership.person_id != ctx.actor.person_id:
        raise NotAllowed(N_("On ne renonce qu’à son propre rôle de référent."))
    hold(membership)
    if not membership.referent:
        return membership
    membership.referent = False
    db.session.flush()
    label = membership.territory.label
    record(MembershipReferentEnded(subject_id=str(membership.id), territory=label), ctx=ctx)
    tell_no_referent_left(membership, ctx=ctx)
    return membership


def act_within(territory: Territory, verb: Verb, *, ctx: Context) -> Context:
    """Let an act of a territory's own people through, on the right they hold at this very moment.

    From here to the commit nobody else changes who belongs to the territory. Returns the context
    with the membership as it now stands. Raises NotAllowed, StepUpNeeded.
    """
    hold_people(territory.id)
    others = tuple(m for m in ctx.actor.memberships if m.territory_id != territory.id)
    held = _held(territory.id, ctx)
    fresh = replace(ctx, actor=replace(ctx.actor, memberships=others + held))
    check(fresh, verb, territory)
    return fresh


def is_last_referent(membership: Membership, *, ctx: Context) -> bool:
    """Whether others may commit the territory, and none of them answers for it but this one."""
    others = [
        other
        for other in standing_memberships(membership.territory_id, ctx.instant)
        if other.id != membership.id and other.level >= Level.MAY_COMMIT
    ]
    return membership.referent and bool(others) and not any(other.referent for other in others)


def _held(territory_id: UUID, ctx: Context) -> tuple[Held, ...]:
    rows = db.session.execute(
        select(
            Membership.level, Membership.expires_at, Membership.referent,
            Membership.contested_at.is_not(None),
        )
        .where(
            Membership.person_id == ctx.actor.person_id,
            Membership.territory_id == territory_id,
            Membership.granted_at.is_not(None),
            Membership.ended_at.is_(None),
        )
        .with_for_update(read=True)
    )  # fmt: skip
    return tuple(
        Held(territory_id, Level(level), expires_at, referent, contested)
        for level, expires_at, referent, contested in rows
    )


def _not_oneself(membership: Membership, ctx: Context) -> None:
    if membership.person_id == ctx.actor.person_id:
        raise Conflict(
            N_("Nul ne statue sur son propre rattachement."),
            way_out=N_("Une autre personne référente peut le faire."),
        )
