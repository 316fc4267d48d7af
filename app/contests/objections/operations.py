"""Whoever contests is heard, each in their own quality, in one case."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from app.authority.rights.models import Right
from app.contests.models import Contest, Objection
from app.contests.queries import waiting_contest
from app.contests.rules import Voice
from app.db import db
from app.gate.actors import Context


def object_to(right: Right, voice: Voice, reason: str, *, ctx: Context) -> tuple[Contest, bool]:
    """Open the case of a right, or join the one that waits; whether something new was said.

    Each says it once in a quality. A mailbox may come back, and correct a mistake by an addition.
    Needs the right locked, by whoever was allowed to.
    """
    contest = waiting_contest(right) or _opened(right, ctx)
    said = db.session.scalar(
        insert(Objection)
        .values(
            id=uuid4(),
            contest_id=contest.id,
            voice=voice,
            reason=reason,
            made_at=ctx.instant,
            person_id=None if voice is Voice.MAILBOX else ctx.actor.person_id,
        )
        .on_conflict_do_nothing()
        .returning(Objection.id)
    )
    return contest, said is not None or (voice is Voice.MAILBOX and _adds(contest, reason))


def _opened(right: Right, ctx: Context) -> Contest:
    contest = Contest(right_id=right.id, contested_at=ctx.instant)
    right.disputed = True
    db.session.add(contest)
    db.session.flush()
    return contest


def _adds(contest: Contest, words: str) -> bool:
    added = db.session.scalars(
        update(Objection)
        .where(
            Objection.contest_id == contest.id,
            Objection.voice == Voice.MAILBOX,
            func.strpos(Objection.reason, words) == 0,
        )
        .values(reason=Objection.reason + f"\n{words}")
        .returning(Objection.id)
    )
    return added.first() is not None
