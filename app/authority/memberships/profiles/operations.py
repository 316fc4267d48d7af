"""Say who one is: becoming a partner ends what commits a collectivity."""

from __future__ import annotations

from app.authority.memberships.events import MembershipLowered
from app.authority.memberships.grants.messages import send_no_referent_left
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import committing_memberships, lock_membership
from app.db import db
from app.gate.actors import Context, Level
from app.identity.models import Person, Profile
from app.identity.operations import complete_profile
from app.journal.operations import record


def introduce(
    person: Person,
    *,
    full_name: str,
    profile: Profile,
    function: str,
    organisation: str = "",
    ctx: Context,
) -> Person:
    """Say who one is. Who becomes a partner may commit no collectivity any more.

    Nor once they are one no longer: they ask again, and the mailbox is sent it. Raises Conflict
    for another's profile, Invalid when a partner names no organisation.
    """
    complete_profile(
        person,
        full_name=full_name,
        profile=profile,
        function=function,
        organisation=organisation,
        ctx=ctx,
    )
    if profile is Profile.PARTNER:
        for membership in committing_memberships(person.id):
            _lower(lock_membership(membership), ctx)
    return person


def _lower(membership: Membership, ctx: Context) -> None:
    was_referent = membership.referent
    membership.level, membership.referent = int(Level.MEMBER), False
    db.session.flush()
    label = membership.territory.label
    record(MembershipLowered(subject_id=str(membership.id), territory=label), ctx=ctx)
    if was_referent:
        send_no_referent_left(membership, ctx=ctx)
