"""Whoever is suspended by a contest is heard before a moderator decides."""

from __future__ import annotations

from app.authority.memberships.models import Membership
from app.contests.events import ContestReplied
from app.contests.models import Contest
from app.contests.queries import waiting_contest
from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import REPLY_TO_CONTEST
from app.journal.events import FreeText
from app.journal.operations import record


def reply_to_contest(membership: Membership, *, words: str, ctx: Context) -> Contest:
    """Say, to the moderators alone, what one has to say of the contest of one's own membership.

    Until it is decided; said again, it takes the place of what was said. A contest that suspends
    nothing is not shown, and takes no reply. Needs `territory` loaded. Raises NotAllowed,
    Invalid without a word, Conflict when no contest waits. The same words twice change nothing.
    """
    check(ctx, REPLY_TO_CONTEST, membership)
    if not words.strip():
        raise Invalid(N_("Écrivez votre réponse : l’équipe de modération la lira."))
    contest = waiting_contest(membership) if membership.contested_at else None
    if contest is not None:
        db.session.refresh(contest, attribute_names=["decided_at", "reply"], with_for_update=True)
    if contest is None or contest.decided_at is not None:
        raise Conflict(N_("Aucune contestation de ce rattachement n’attend de décision."))
    if contest.reply == words.strip():
        return contest
    contest.reply, contest.replied_at = words.strip(), ctx.instant
    db.session.flush()
    record(
        ContestReplied(
            subject_id=str(membership.id),
            territory=membership.territory.label,
            words=FreeText(contest.reply),
        ),
        ctx=ctx,
    )
    return contest
