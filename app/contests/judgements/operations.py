"""Judging what a right that ended as contested did: who may, what is kept of it, who is told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from app.authority.rights.acts.models import Act
from app.authority.rights.queries import within_scope
from app.calendar.models import Consultation
from app.contests.judgements.messages import ActJudged
from app.contests.kinds import contested_right
from app.contests.models import Contest, Judgement
from app.contests.queries import (
    judging_refused,
    names_of,
    objectors,
    territory_addresses,
)
from app.contests.rules import Judged, judgement_refusal
from app.db import db
from app.errors import N_, Conflict
from app.gate import DECIDE_CONTEST, Context, check
from app.identity.models import Person
from app.journal.events import FreeText
from app.journal.operations import record
from app.notifications.operations import send


def leave_rest(contest: Contest, *, ctx: Context) -> Contest:
    """Leave in place what was not judged of a right that ended as contested: nothing awaits it.

    An act may be judged still, should more be learnt. Needs what is contested loaded, with its
    people. Raises NotAllowed, Conflict (not ended by a contest, or concerns who judges). Twice
    changes nothing.
    """
    right = contest.right
    ctx = within_scope(right, ctx)
    check(ctx, DECIDE_CONTEST)
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    db.session.refresh(contest, attribute_names=["upheld", "left_at"], with_for_update=True)
    if contest.upheld is not False:
        raise Conflict(N_("Cette contestation n’a pas été retenue : il n’y a pas d’acte à juger."))
    if contest.left_at is not None:
        return contest
    contest.left_at, contest.left_by_id = ctx.instant, ctx.actor.person_id
    db.session.flush()
    record(contested_right(right).closed(), ctx=ctx)
    return contest


def annulment(contest: Contest, act: Act | None, *, reason: str, ctx: Context) -> FreeText:
    """The public reason for which an act is undone, once its right has ended as contested.

    Needs what is contested loaded, with its people. Raises Invalid (no reason, or one that names
    someone), Conflict when the contest does not bear on the act, or concerns who judges.
    """
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    names = names_of(contest.right.concerned | set(objectors(contest.id)))
    by_it = act is not None and act.right_id == contest.right_id
    if refusal := judgement_refusal(by_it=by_it, upheld=contest.upheld, reason=reason, names=names):
        raise refusal
    return FreeText(reason.strip())


class _Numbered(Protocol):
    """A proposal, or a contribution that was deposited."""

    @property
    def consultation_id(self) -> UUID: ...
    @property
    def number(self) -> int | None: ...
    @property
    def title(self) -> str: ...


def tell_judged(
    contest: Contest,
    act: Judged,
    about: _Numbered,
    *,
    reason: str,
    acted: Collection[UUID | None] = (),
    restored: bool = False,
    ctx: Context,
) -> None:
    """Keep that an act was annulled or restored, and why; tell the territory and who `acted`."""
    assert about.number is not None
    db.session.add(
        Judgement(
            contest_id=contest.id,
            act=act,
            restored=restored,
            number=about.number,
            consultation_id=about.consultation_id,
            title=about.title,
            reason=reason,
            judged_at=ctx.instant,
            judged_by_id=ctx.actor.person_id,
        )
    )
    consultation = db.session.get_one(Consultation, about.consultation_id)
    told = ActJudged(
        territory=contest.right.territory.label,
        act=act,
        restored=restored,
        number=about.number,
        title=about.title,
        consultation=consultation.title,
        slug=consultation.slug,
        reason=reason,
    )
    who = [person_id for person_id in acted if person_id is not None]
    addresses = set(db.session.scalars(select(Person.email).where(Person.id.in_(who))))
    for address in sorted(addresses | set(territory_addresses(contest, ctx.instant))):
        send(told, to=address)
