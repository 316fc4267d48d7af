"""Reads about the codes sent to official mailboxes."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app.authority.mailboxes.queries import mailbox_of
from app.authority.memberships.codes.models import MembershipCode
from app.authority.memberships.models import Membership
from app.authority.memberships.rules import CODES_A_DAY, CODES_A_DAY_PER_MAILBOX
from app.authority.rights.models import Right
from app.authority.rights.notices.models import Notice
from app.db import db
from app.tokens import notice_named

_DAY = timedelta(days=1)


def code_may_be_sent(membership: Membership, instant: datetime, *, message: str = "") -> bool:
    """Whether the official mailbox may receive a code more, for this person or for anyone.

    `message` is the token of a link that it received today: to whoever shows one, what others
    asked for is not counted.
    """
    mailbox = mailbox_of(membership.territory_id)
    if mailbox is None:
        return False
    own, to_mailbox = _sent_today(membership, mailbox.address, instant)
    if own >= CODES_A_DAY:
        return False
    return to_mailbox < CODES_A_DAY_PER_MAILBOX or _received_today(message, membership, instant)


def others_asked_enough(membership: Membership, instant: datetime) -> bool:
    """Whether others alone keep this person from a code: a message received today gives one."""
    mailbox = mailbox_of(membership.territory_id)
    if mailbox is None:
        return False
    own, to_mailbox = _sent_today(membership, mailbox.address, instant)
    return own < CODES_A_DAY and to_mailbox >= CODES_A_DAY_PER_MAILBOX


def _received_today(token: str, membership: Membership, instant: datetime) -> bool:
    named = notice_named(current_app.config["SECRET_KEY"], token)
    found = select(Notice.id).join(Right, Right.id == Notice.right_id)
    return named is not None and (
        db.session.scalar(
            found.where(
                Notice.id == named,
                Notice.created_at > instant - _DAY,
                Right.territory_id == membership.territory_id,
            )
        )
        is not None
    )


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
