"""Reads about the codes sent to official mailboxes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.authority.mailboxes.queries import mailbox_of
from app.authority.memberships.codes.models import MembershipCode
from app.authority.memberships.models import Membership
from app.authority.memberships.rules import CODES_A_DAY, CODES_A_DAY_PER_MAILBOX
from app.db import db

_DAY = timedelta(days=1)


def code_may_be_sent(membership: Membership, instant: datetime) -> bool:
    """Whether the official mailbox may receive a code more, for this person or for anyone."""
    mailbox = mailbox_of(membership.territory_id)
    if mailbox is None:
        return False
    own, to_mailbox = _sent_today(membership, mailbox.address, instant)
    return own < CODES_A_DAY and to_mailbox < CODES_A_DAY_PER_MAILBOX


def _sent_today(membership: Membership, mailbox: str, instant: datetime) -> tuple[int, int]:
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


def latest_code(membership: Membership) -> MembershipCode | None:
    """The last code sent for what a membership now asks: the only one that works.

    One sent for an earlier request was about something else.
    """
    return db.session.scalar(
        select(MembershipCode)
        .where(
            MembershipCode.membership_id == membership.id,
            MembershipCode.sent_at >= membership.requested_at,
        )
        .order_by(MembershipCode.sent_at.desc(), MembershipCode.id)
        .limit(1)
    )
