"""The official mailbox is told, with a link to contest."""

from __future__ import annotations

from uuid import uuid4

from flask import current_app

from app.authority.mailboxes.queries import addresses_told
from app.authority.mandates.models import Mandate, MandateUse
from app.authority.memberships.models import Membership
from app.authority.memberships.rules import (
    NOTICE_LIFETIME,
    NOTICES_A_DAY_PER_MAILBOX,
)
from app.authority.rights.notices.messages import MailboxTold, MandateTold, Told
from app.authority.rights.notices.models import Notice
from app.authority.rights.notices.queries import noticed_today
from app.db import db
from app.gate import Context, Level
from app.notifications.operations import send
from app.tokens import contest_token, token_hash


def tell_mailbox(membership: Membership, *, ctx: Context) -> None:
    """Tell the official mailbox who belongs to its territory, and how to contest it.

    Needs `territory` and `person` loaded. Without a mailbox, nobody is told.
    """
    told = Told.MAY_COMMIT if membership.level >= Level.MAY_COMMIT else Told.MEMBER
    _tell(membership, Told.REFERENT if membership.referent else told, ctx)


def tell_mailbox_of_request(membership: Membership, *, ctx: Context) -> None:
    """Tell the official mailbox who asks to belong to its territory, or to commit it.

    Needs the same. Not beyond twenty messages a day: the moderators look at what is asked all the
    same, and what is granted is always told.
    """
    if noticed_today(membership.territory_id, ctx.instant) < NOTICES_A_DAY_PER_MAILBOX:
        _tell(membership, Told.ASKED, ctx)


def _tell(membership: Membership, told: Told, ctx: Context) -> None:
    person = membership.person
    for address in addresses_told(membership.territory_id, ctx.instant):
        notice = issue_notice(membership, ctx=ctx)
        send(
            MailboxTold(
                notice_id=str(notice.id),
                told=told,
                territory=membership.territory.label,
                name=person.full_name,
                function=person.function,
                address=person.email,
                may_commit=membership.wanted == Level.MAY_COMMIT,
            ),
            to=address,
        )


def tell_mailbox_of_mandate(mandate: Mandate, *, ctx: Context) -> None:
    """Tell the official mailbox of a mandate just signed, and how to contest it.

    Needs `territory`, `consultation`, and `persons` with their `person` loaded. Without a mailbox,
    nobody is told.
    """
    for address in addresses_told(mandate.territory_id, ctx.instant):
        notice = issue_mandate_notice(mandate, ctx=ctx)
        send(MandateTold.about(mandate, notice.id), to=address)


def issue_notice(membership: Membership, *, ctx: Context) -> Notice:
    """Make the link by which a mailbox may contest a membership, for thirty days."""
    return _issued(Notice(membership_id=membership.id), ctx)


def issue_mandate_notice(
    mandate: Mandate, *, use: MandateUse | None = None, ctx: Context
) -> Notice:
    """Make the link by which a mailbox may contest a mandate, for thirty days.

    With the one act it is told of, if it is.
    """
    return _issued(Notice(mandate_id=mandate.id, use_id=use.id if use else None), ctx)


def _issued(notice: Notice, ctx: Context) -> Notice:
    notice.id = uuid4()
    token = contest_token(current_app.config["SECRET_KEY"], notice.id)
    notice.token_hash = token_hash(token)
    notice.created_at, notice.expires_at = ctx.instant, ctx.instant + NOTICE_LIFETIME
    db.session.add(notice)
    db.session.flush()
    return notice
