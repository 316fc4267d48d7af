"""A referent invites; whoever has the address accepts, or the invitation is revoked."""

from __future__ import annotations

from uuid import uuid4

from flask import current_app
from sqlalchemy import update

from app.authority.memberships.grants.operations import recognise
from app.authority.memberships.grants.queries import highest
from app.authority.memberships.invitations.events import (
    InvitationAccepted,
    InvitationRevoked,
    MemberInvited,
)
from app.authority.memberships.invitations.messages import InvitedToTerritory
from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.invitations.queries import acceptance_refusal
from app.authority.memberships.members.operations import act_within
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.queries import lock_current
from app.authority.memberships.rules import (
    INVITATION_LIFETIME,
    Path,
)
from app.authority.rights.queries import lock_people
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context, Level
from app.gate.refusals import check
from app.gate.verbs import ACCEPT_INVITATION, INVITE_MEMBER
from app.identity.models import Person, Profile
from app.identity.rules import normal_email
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.models import Territory
from app.tokens import invitation_token, token_hash


def invite(territory: Territory, *, email: str, level: Level, ctx: Context) -> Invitation:
    """A referent invites whoever has an address to belong to the territory, for 72 hours.

    An invitation to the same address that still waits is replaced. Raises NotAllowed, Conflict to
    whoever invites themself.
    """
    ctx = act_within(territory, INVITE_MEMBER, ctx=ctx)
    email = normal_email(email)
    inviting = db.session.get_one(Person, ctx.actor.person_id)
    if email == inviting.email:
        raise Conflict(N_("Vous appartenez déjà à cette collectivité."))
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.territory_id == territory.id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.instant)
    )
    invitation_id = uuid4()
    invitation = Invitation(
        id=invitation_id,
        territory_id=territory.id,
        email=email,
        level=int(level),
        token_hash=token_hash(invitation_token(current_app.config["SECRET_KEY"], invitation_id)),
        invited_by_id=inviting.id,
        created_at=ctx.instant,
        expires_at=ctx.instant + INVITATION_LIFETIME,
    )
    db.session.add(invitation)
    db.session.flush()
    record(
        MemberInvited(
            subject_id=str(invitation_id),
            territory=territory.label,
            may_commit=level >= Level.MAY_COMMIT,
        ),
        ctx=ctx,
    )
    send(
        InvitedToTerritory(
            invitation_id=str(invitation_id),
            territory=territory.label,
            invited_by=inviting.full_name,
            function=inviting.function,
            may_commit=level >= Level.MAY_COMMIT,
        ),
        to=email,
    )
    return invitation


def revoke_invitation(invitation: Invitation, *, ctx: Context) -> Invitation:
    """A referent takes back an invitation nobody accepted yet; twice changes nothing.

    Needs `territory` loaded. Raises NotAllowed, Conflict once it is accepted.
    """
    ctx = act_within(invitation.territory, INVITE_MEMBER, ctx=ctx)
    _lock(invitation)
    if invitation.accepted_at is not None:
        raise Conflict(
            N_("Cette invitation est déjà acceptée."),
            way_out=N_("Vous pouvez mettre fin au rattachement de cette personne."),
        )
    if invitation.revoked_at is None:
        invitation.revoked_at = ctx.instant
        db.session.flush()
        label = invitation.territory.label
        record(InvitationRevoked(subject_id=str(invitation.id), territory=label), ctx=ctx)
    return invitation


def accept_invitation(invitation: Invitation, *, ctx: Context) -> Membership:
    """Accept, signed in with the very address that was invited; once.

    Needs `territory` loaded. Raises NotAllowed to any other address, Conflict when it was
    accepted, revoked, has expired, or whoever invited is a referent no more.
    """
    check(ctx, ACCEPT_INVITATION)
    person = db.session.get_one(Person, ctx.actor.person_id)
    lock_people(invitation.territory_id)
    _lock(invitation)
    if refused := acceptance_refusal(invitation, ctx=ctx):
        raise refused
    membership = _membership(invitation, person, ctx)
    invitation.accepted_at = ctx.instant
    db.session.flush()
    record(
        InvitationAccepted(subject_id=str(invitation.id), territory=invitation.territory.label),
        ctx=ctx,
    )
    level = min(Level(invitation.level), highest(person))
    if membership.is_current(ctx.instant) and membership.level > level:
        return membership
    membership.wanted = membership.awaits = None
    return recognise(membership, level=level, path=Path.INVITATION, ctx=ctx)


def _membership(invitation: Invitation, person: Person, ctx: Context) -> Membership:
    """The person's membership of the territory: the one that has not ended, or a new one."""
    membership = lock_current(person.id, invitation.territory_id)
    if membership is None:
        elected = person.profile is Profile.ELECTED
        membership = Membership(
            person_id=person.id,
            territory_id=invitation.territory_id,
            capacity=Capacity.ELECTED if elected else Capacity.AGENT,
            requested_at=ctx.instant,
        )
        db.session.add(membership)
        db.session.flush()
    membership.territory, membership.person = invitation.territory, person
    return membership


def _lock(invitation: Invitation) -> None:
    read = ["accepted_at", "revoked_at", "expires_at"]
    db.session.refresh(invitation, attribute_names=read, with_for_update=True)
