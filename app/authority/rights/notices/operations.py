"""The official mailbox is given a link by which it may contest."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import current_app

from app.authority.rights.models import Right
from app.authority.rights.notices.models import Notice
from app.authority.rights.notices.rules import NOTICE_LIFETIME
from app.db import db
from app.gate import Context
from app.tokens import contest_token, token_hash


def issue_notice(right: Right, *, act_id: UUID | None = None, ctx: Context) -> Notice:
    """Make the link by which a mailbox may contest a right, for thirty days.

    With the one act by it that it is about, if there is one.
    """
    notice_id = uuid4()
    token = contest_token(current_app.config["SECRET_KEY"], notice_id)
    notice = Notice(
        id=notice_id,
        right_id=right.id,
        act_id=act_id,
        token_hash=token_hash(token),
        created_at=ctx.instant,
        expires_at=ctx.instant + NOTICE_LIFETIME,
    )
    db.session.add(notice)
    db.session.flush()
    return notice
