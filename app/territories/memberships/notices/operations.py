"""The official mailbox is told, with a link to contest."""

from __future__ import annotations

from uuid import uuid4

from flask import current_app

from app.db import db
from app.gate import Context, Level
from app.notifications.operations import send
from app.territories.mailboxes.models import Mailbox
from app.territories.mailboxes.queries import mailbox_of
from app.territories.mailboxes.rules import RECENT_CHANGE
from app.territories.memberships.models import Membership
from app.territories.memberships.notices.messages import MailboxTold, Told
from app.territories.memberships.notices.models import Notice
from app.territories.memberships.rules import NOTICE_LIFETIME, notice_token, token_hash


def tell_mailbox(membership: Membership, *, ctx: Context) -> None:
    """Tell the official mailbox who belongs to its territory, or asks to, and how to contest it.

    Needs `territory` and `person` loaded. One that changed in the last thirty days may have been
    changed for the occasion: the address it replaced is told too. Without a mailbox, nobody is.
    """
    own = mailbox_of(membership.territory_id)
    if own is None:
        return
    person = membership.person
    for address in _addresses(own, ctx):
        notice = issue_notice(membership, ctx=ctx)
        send(
            MailboxTold(
                notice_id=str(notice.id), told=_told(membership),
                territory=membership.territory.label, name=person.full_name,
                function=person.function, address=person.email,
            ),
            to=address,
        )  # fmt: skip


def issue_notice(membership: Membership, *, ctx: Context) -> Notice:
    """Make the link by which a mailbox may contest a membership, for thirty days."""
    notice_id = uuid4()
    notice = Notice(
        id=notice_id,
        membership_id=membership.id,
        token_hash=token_hash(notice_token(current_app.config["SECRET_KEY"], notice_id)),
        created_at=ctx.instant,
        expires_at=ctx.instant + NOTICE_LIFETIME,
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def _addresses(own: Mailbox, ctx: Context) -> list[str]:
    recent = own.changed_at is not None and ctx.instant - own.changed_at < RECENT_CHANGE
    return [own.address, own.previous] if recent and own.previous else [own.address]


def _told(membership: Membership) -> Told:
    if membership.granted_at is None:
        return Told.ASKED
    if membership.referent:
        return Told.REFERENT
    return Told.MAY_COMMIT if membership.level >= Level.MAY_COMMIT else Told.MEMBER
