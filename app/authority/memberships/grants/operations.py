"""Recognise that a person belongs to a territory, refuse it or end it: where every path leads."""

from __future__ import annotations

from dataclasses import replace

from app.authority.memberships.events import MembershipEnded, MembershipGranted, MembershipRefused
from app.authority.memberships.grants.messages import (
    MembershipAnswered,
    MembershipOver,
    send_no_referent_left,
    send_notice,
)
from app.authority.memberships.grants.queries import highest
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import has_referent
from app.authority.memberships.rules import MEMBERSHIP_LIFETIME, Path, makes_referent
from app.db import database_instant, db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context, Level
from app.journal.operations import record
from app.notifications.operations import send


def recognise(
    membership: Membership, *, level: Level, path: Path, evidence: str = "", ctx: Context
) -> Membership:
    """Recognise that a person belongs to a territory at a level, for twelve months.

    Needs it locked, with `territory` and `person` loaded. The person and the official mailbox are
    sent an e-mail. Raises Conflict while it is contested, Invalid when a partner would commit.
    """
    if membership.contested_at is not None:
        raise Conflict(
            N_("Ce rattachement est contesté : il est suspendu."),
            way_out=N_("L’équipe de modération statuera ; la personne sera prévenue."),
        )
    if level > highest(membership.person):
        raise Invalid(
            N_("Un partenaire peut contribuer avec un territoire, jamais l’engager."),
            way_out=N_("Accordez un rattachement simple."),
        )
    was_referent = membership.referent
    makes = makes_referent(
        path, level, has_referent=has_referent(membership.territory_id, ctx.instant)
    )
    membership.referent = level >= Level.MAY_COMMIT and (was_referent or makes)
    membership.level, membership.path, membership.evidence = level, path, evidence
    membership.given_at, membership.granted_by_id = ctx.instant, ctx.actor.person_id
    membership.expires_at = ctx.instant + MEMBERSHIP_LIFETIME
    membership.proposed_level = membership.proposed_by_id = None
    if membership.wanted is not None and level >= membership.wanted:
        membership.wanted = membership.awaits = None
    db.session.flush()
    record(
        MembershipGranted(
            subject_id=str(membership.id),
            territory=membership.territory.label,
            may_commit=level >= Level.MAY_COMMIT,
            path=path,
            referent=membership.referent,
        ),
        ctx=ctx,
    )
    # Who has the mailbox reads what it receives.
    if path is not Path.MAILBOX:
        send(
            MembershipAnswered(
                territory=membership.territory.label,
                granted=True,
                may_commit=level >= Level.MAY_COMMIT,
                reason="",
                referent=membership.referent,
                resume=membership.resume,
            ),
            to=membership.person.email,
        )
    send_notice(membership, ctx=ctx)
    if was_referent and not membership.referent:
        send_no_referent_left(membership, ctx=ctx)
    return membership


def refuse_request(membership: Membership, *, reason: str, ctx: Context) -> Membership:
    """Refuse what a request still awaits; a level already obtained stays.

    Needs it locked, by whoever was allowed to. Raises Invalid without a reason, Conflict.
    """
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la personne recevra cette explication."))
    if membership.wanted is None:
        raise Conflict(N_("Cette demande a déjà reçu une réponse."))
    membership.wanted = membership.awaits = None
    membership.proposed_level = membership.proposed_by_id = None
    if membership.given_at is None:
        membership.ended_at, membership.ending = ctx.instant, reason.strip()
    db.session.flush()
    record(
        MembershipRefused(subject_id=str(membership.id), territory=membership.territory.label),
        ctx=ctx,
    )
    send(
        MembershipAnswered(
            territory=membership.territory.label,
            granted=False,
            may_commit=False,
            reason=reason.strip(),
            member=membership.given_at is not None,
        ),
        to=membership.person.email,
    )
    return membership


def terminate(membership: Membership, *, by: str, reason: str = "", ctx: Context) -> Membership:
    """End a membership, or a request: from here it gives nothing more.

    Needs it locked, with `territory` and `person` loaded. `by` is person, referent, mailbox or
    moderator; whoever did not end it themself is sent so. When the last referent goes, those who
    may still commit the territory are sent how the next one comes.
    """
    # Of the database, now that no act relies on it: what was done by it was done before.
    ctx = replace(ctx, instant=database_instant())
    was_referent = membership.referent
    membership.ended_at, membership.ended_by, membership.ending = ctx.instant, by, reason
    membership.referent = False
    membership.wanted = membership.awaits = None
    db.session.flush()
    record(
        MembershipEnded(subject_id=str(membership.id), territory=membership.territory.label, by=by),
        ctx=ctx,
    )
    if by != "person":
        over = MembershipOver(territory=membership.territory.label, by=by, reason=reason)
        send(over, to=membership.person.email)
    if was_referent:
        send_no_referent_left(membership, ctx=ctx)
    return membership
