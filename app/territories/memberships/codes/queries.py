"""Reads about the codes sent to official mailboxes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.territories.memberships.codes.models import MembershipCode
from app.territories.memberships.models import Membership

_DAY = timedelta(days=1)


def sent_today(membership: Membership, mailbox: str, instant: datetime) -> tuple[int, int]:
    """Codes sent in the last day: for this person and territory, and to this mailbox in all."""
    theirs = (Membership.person_id == membership.person_id) & (
        Membership.territory_id == membership.territory_id
    )
    own, to_mailbox = db.session.execute(
        select(
            func.count().filter(theirs),
            func.count().filter(MembershipCode.mailbox == mailbox),
        )
        .select_from(MembershipCode)
        .join(Membership, Membership.id == MembershipCode.membership_id)
        .where(
            theirs | (MembershipCode.mailbox == mailbox), MembershipCode.sent_at > instant - _DAY
        )
    ).one()
    return own, to_mailbox


def latest_code(membership_id: UUID) -> MembershipCode | None:
    """The last code sent for a membership: the only one that works."""
    return db.session.scalar(
        select(MembershipCode)
        .where(MembershipCode.membership_id == membership_id)
        .order_by(MembershipCode.sent_at.desc(), MembershipCode.id)
        .limit(1)
    )
