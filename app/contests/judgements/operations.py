"""Judging what a right that ended as contested did: who may, what is kept, who is sent it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from app.authority.rights.acts.judging import Grounds
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import Numbered
from app.authority.rights.acts.queries import TAKING, giving_act, last_act
from app.authority.rights.queries import within_scope
from app.calendar.models import Consultation
from app.calendar.queries import fresh_calendar
from app.contests.acts.queries import judgeable
from app.contests.judgements.messages import ActJudged
from app.contests.kinds import contested_right
from app.contests.models import Contest, Judgement
from app.contests.queries import judging_refused, names_of, objectors, territory_addresses
from app.contests.rules import judgement_refusal
from app.db import db
from app.errors import N_, Conflict, NotFound
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import ANNUL_ACT, DECIDE_CONTEST, RESTORE_ACT
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


def annul(contest: Contest, act: Act, *, reason: str, ctx: Context) -> bool:
    """Annul what a contested right gave, once a moderator has ended it; whether it was current.

    Whatever the phase. Needs the right of the contest loaded, with its people. Raises NotAllowed,
    NotFound, Invalid (no reason, or one that names someone), Conflict when the contest does not
    bear on the act, concerns who judges, or what was given may be annulled no more. Annulling what
    is no longer current changes nothing.
    """
    ctx = _within(act, ctx)
    check(ctx, ANNUL_ACT)
    return _judge(contest, act, reason, ctx, restored=False)


def restore(contest: Contest, act: Act, *, reason: str, ctx: Context) -> bool:
    """Restore what a contested right withdrew, once a moderator has ended it; whether it was.

    Whatever the phase, as it was given. Needs and raises as `annul` does. Restoring what is
    current, or was replaced since, changes nothing.
    """
    ctx = _within(act, ctx)
    check(ctx, RESTORE_ACT)
    return _judge(contest, act, reason, ctx, restored=True)


def _within(act: Act, ctx: Context) -> Context:
    """The judging of an act, in its own consultation, where nothing it depends upon moves."""
    judgeable(act).enter(act.consultation_id)
    return replace(ctx, calendar=fresh_calendar(act.consultation_id))


def _judge(contest: Contest, act: Act, reason: str, ctx: Context, *, restored: bool) -> bool:
    kind = judgeable(act)
    subject = kind.read(act.subject_id) if act.subject_id else None
    if subject is None or act.subject_id is None:
        raise NotFound(N_("Cet acte n’est pas de ceux qui se jugent."))
    kind.lock(subject)
    if restored and kind.is_current(subject):
        return False
    undone = last_act(act.subject_id, *TAKING) if restored else giving_act(act.subject_id)
    public_reason = _public_reason(contest, undone, reason, ctx)
    assert undone is not None
    if not restored and not kind.is_current(subject):
        return False
    grounds = Grounds(public_reason, contest.right.via, ctx)
    concerned = (kind.reinstate if restored else kind.strike)(subject, undone, grounds)
    if concerned is None:
        return False
    _keep(contest, act.subject_type, kind.about(subject), public_reason, restored, ctx)
    _send_judged(contest, act.subject_type, kind.about(subject), grounds, restored, concerned)
    return True


def _public_reason(contest: Contest, act: Act | None, reason: str, ctx: Context) -> FreeText:
    """The public reason for which an act is undone, once its right has ended as contested."""
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    names = names_of(contest.right.concerned | set(objectors(contest.id)))
    by_it = act is not None and act.right_id == contest.right_id
    if refusal := judgement_refusal(by_it=by_it, upheld=contest.upheld, reason=reason, names=names):
        raise refusal
    return FreeText(reason.strip())


def _keep(
    contest: Contest,
    subject_type: str,
    about: Numbered,
    reason: str,
    restored: bool,
    ctx: Context,
) -> None:
    """Keep what was judged on the page of the contest."""
    assert about.number is not None
    db.session.add(
        Judgement(
            contest_id=contest.id,
            subject_type=subject_type,
            restored=restored,
            number=about.number,
            consultation_id=about.consultation_id,
            title=about.title,
            reason=reason,
            judged_at=ctx.instant,
            judged_by_id=ctx.actor.person_id,
        )
    )


def _send_judged(
    contest: Contest,
    subject_type: str,
    about: Numbered,
    grounds: Grounds,
    restored: bool,
    concerned: Collection[UUID | None],
) -> None:
    """Send what was judged to the territory, and to those it concerns besides."""
    assert about.number is not None
    consultation = db.session.get_one(Consultation, about.consultation_id)
    message = ActJudged(
        territory=contest.right.territory.label,
        act=subject_type,
        restored=restored,
        number=about.number,
        title=about.title,
        consultation=consultation.title,
        slug=consultation.slug,
        reason=grounds.reason,
    )
    who = [person_id for person_id in concerned if person_id is not None]
    addresses = set(db.session.scalars(select(Person.email).where(Person.id.in_(who))))
    for address in sorted(addresses | set(territory_addresses(contest, grounds.ctx.instant))):
        send(message, to=address)
