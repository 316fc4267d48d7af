"""Reads about what official mailboxes were told."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.authority.mailboxes.models import Mailbox
from app.authority.rights.models import Right, RightKind
from app.authority.rights.notices.models import Notice
from app.db import db

_DAY = timedelta(days=1)


def noticed_today(territory_id: UUID, instant: datetime) -> int:
    """How many times the mailbox of a territory was told of memberships in the last day.

    Those of the other territories that share it count too, and the codes it received.
    """
    own, other = aliased(Mailbox), aliased(Mailbox)
    told = (
        select(func.count())
        .select_from(Notice)
        .join(Right, Right.id == Notice.right_id)
        .join(other, other.territory_id == Right.territory_id)
        .join(own, own.address == other.address)
        .where(
            Right.kind == RightKind.MEMBERSHIP,
            own.territory_id == territory_id,
            Notice.created_at > instant - _DAY,
        )
    )
    return db.session.scalar(told) or 0
