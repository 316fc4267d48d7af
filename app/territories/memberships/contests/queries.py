"""Reads about contests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.territories.memberships.contests.models import Contest
from app.territories.memberships.models import Membership
from app.territories.memberships.notices.models import Notice
from app.territories.memberships.rules import token_hash


def notice_by_token(token: str, instant: datetime) -> Notice | None:
    """What a contest link names within its thirty days, with the membership, person, territory."""
    whole = joinedload(Notice.membership)
    return db.session.scalar(
        select(Notice)
        .options(
            whole,
            whole.joinedload(Membership.person),
            whole.joinedload(Membership.territory),
        )
        .where(Notice.token_hash == token_hash(token), Notice.expires_at > instant)
    )


def waiting_contests() -> Sequence[Contest]:
    """The contests no moderator has decided, oldest first."""
    return db.session.scalars(
        select(Contest)
        .options(
            joinedload(Contest.membership).joinedload(Membership.person),
            joinedload(Contest.membership).joinedload(Membership.territory),
        )
        .where(Contest.decided_at.is_(None))
        .order_by(Contest.contested_at)
    ).all()


def contest(contest_id: UUID) -> Contest | None:
    """A contest with its membership, person and territory."""
    return db.session.scalar(
        select(Contest)
        .options(
            joinedload(Contest.membership).joinedload(Membership.person),
            joinedload(Contest.membership).joinedload(Membership.territory),
        )
        .where(Contest.id == contest_id)
    )


def standing_contest(membership_id: UUID) -> Contest | None:
    """The contest of a membership that is not decided yet."""
    return db.session.scalar(
        select(Contest).where(Contest.membership_id == membership_id, Contest.decided_at.is_(None))
    )
