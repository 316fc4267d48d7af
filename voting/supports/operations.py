"""A collectivity supports a proposal, or no longer does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.authority.rights.acts.operations import record_act
from app.authority.rights.acts.queries import TAKING, giving_act, last_act
from app.calendar.queries import fresh_calendar
from app.contests.judgements.operations import annulment, tell_judged
from app.contests.models import Contest
from app.contests.rules import Judged
from app.context import enter
from app.db import db
from app.errors import N_, NotFound
from app.gate import (
    ANNUL_SUPPORT,
    RESTORE_SUPPORT,
    SUPPORT,
    WITHDRAW_SUPPORT,
    Context,
    Right,
    Verb,
    check,
    relied_on,
    undoing_refusal,
)
from app.journal.events import FreeText
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.supports.events import SupportAnnulled, SupportGiven, SupportRestored, SupportWithdrawn
from voting.supports.models import Support


def give_support(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> Support:
    """Record the one support a collectivity may give to a proposal.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not public in this consultation.
    Giving it twice is not an error: the support already given is returned.
    """
    ctx = enter(ctx, Phase.SUPPORT, acting_for=on_behalf_of)
    check(ctx, SUPPORT, on_behalf_of)
    right = relied_on(ctx, SUPPORT, on_behalf_of)
    _public(proposal, ctx)
    offered = (
        insert(Support)
        .values(
            id=uuid4(),
            proposal_id=proposal.id,
            territory_id=on_behalf_of.id,
            given_at=ctx.instant,
        )
        .on_conflict_do_nothing(
            index_elements=[Support.proposal_id, Support.territory_id],
            index_where=Support.withdrawn_at.is_(None),
        )
        .returning(Support)
    )
    # The support that stands may be withdrawn between the two statements: it is offered again.
    while (given := db.session.scalar(offered)) is None:
        if standing := _standing(proposal, on_behalf_of):
            return standing
    _count(proposal.id, +1)
    _record(SupportGiven, SUPPORT, given, proposal, on_behalf_of, right, ctx)
    return given


def withdraw_support(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> None:
    """Withdraw a collectivity's support, which it may do until the close, and give again.

    A helper withdraws only what their own structure gave. Raises NotAllowed, PhaseClosed, NotFound.
    Withdrawing what is not given changes nothing.
    """
    ctx = enter(ctx, Phase.SUPPORT, acting_for=on_behalf_of)
    check(ctx, WITHDRAW_SUPPORT, on_behalf_of)
    right = relied_on(ctx, WITHDRAW_SUPPORT, on_behalf_of)
    _public(proposal, ctx)
    support = _standing(proposal, on_behalf_of, hold=True)
    if support is None:
        return
    if refused := undoing_refusal(right, done_by=support.mandate):
        raise refused
    support.withdrawn_at = ctx.instant
    db.session.flush()
    _count(proposal.id, -1)
    _record(SupportWithdrawn, WITHDRAW_SUPPORT, support, proposal, on_behalf_of, right, ctx)


def annul_support(support: Support, *, contest: Contest, reason: str, ctx: Context) -> Support:
    """Annul a support given by a right that a moderator has since ended as contested.

    Whatever the phase: what nobody had the right to say is not counted. The collectivity may give
    it again while the phase lasts. Needs `proposal` and `territory` loaded, and what is contested.
    Raises NotAllowed, Invalid (no reason, or one that names someone), Conflict when the contest
    does not bear on it. Annulling what no longer stands changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(support.proposal.consultation_id))
    check(ctx, ANNUL_SUPPORT)
    _lock(support)
    given = giving_act(support.id)
    public_reason = annulment(contest, given, reason=reason, ctx=ctx)
    if support.withdrawn_at is not None:
        return support
    support.withdrawn_at = ctx.instant
    db.session.flush()
    _count(support.proposal_id, -1)
    _record_judged(SupportAnnulled, ANNUL_SUPPORT, support, contest, public_reason, ctx)
    tell_judged(
        contest,
        Judged.SUPPORT,
        support.proposal,
        reason=public_reason,
        acted=[given.person_id if given else None],
        ctx=ctx,
    )
    return support


def restore_support(support: Support, *, contest: Contest, reason: str, ctx: Context) -> Support:
    """Have stand again a support withdrawn by a right that a moderator has since ended.

    Whatever the phase, as it was given. Needs `proposal` and `territory` loaded, and what is
    contested. Raises as `annul_support` does. Restoring what stands, or what the collectivity has
    given again since, changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(support.proposal.consultation_id))
    check(ctx, RESTORE_SUPPORT)
    _lock(support)
    if support.withdrawn_at is None:
        return support
    withdrawn = last_act(support.id, *TAKING)
    public_reason = annulment(contest, withdrawn, reason=reason, ctx=ctx)
    try:
        with db.session.begin_nested():
            support.withdrawn_at = None
    except IntegrityError:
        return support
    _count(support.proposal_id, +1)
    _record_judged(SupportRestored, RESTORE_SUPPORT, support, contest, public_reason, ctx)
    tell_judged(
        contest,
        Judged.SUPPORT,
        support.proposal,
        reason=public_reason,
        acted=[withdrawn.person_id if withdrawn else None],
        restored=True,
        ctx=ctx,
    )
    return support


def _record(
    happened: type[SupportGiven | SupportWithdrawn],
    under: Verb,
    support: Support,
    proposal: Proposal,
    territory: Territory,
    right: Right | None,
    ctx: Context,
) -> None:
    event = happened(
        subject_id=str(support.id),
        proposal=proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=right.via if right else "",
    )
    record_act(event, under, about=proposal, on_behalf_of=territory.id, right=right, ctx=ctx)


def _lock(support: Support) -> None:
    state = ["given_at", "withdrawn_at"]
    db.session.refresh(support, attribute_names=state, with_for_update=True)


def _record_judged(
    happened: type[SupportAnnulled | SupportRestored],
    under: Verb,
    support: Support,
    contest: Contest,
    reason: FreeText,
    ctx: Context,
) -> None:
    territory, proposal = support.territory, support.proposal
    event = happened(
        subject_id=str(support.id),
        proposal=proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=contest.right.via,
        reason=reason,
    )
    record_act(event, under, about=proposal, on_behalf_of=territory.id, right=None, ctx=ctx)


def _public(proposal: Proposal, ctx: Context) -> None:
    if proposal.consultation_id != ctx.consultation_id or proposal.stage is Stage.WRITTEN:
        raise NotFound(N_("Cette proposition n’existe pas dans cette consultation."))


def _standing(proposal: Proposal, territory: Territory, *, hold: bool = False) -> Support | None:
    """The support that stands, with its mandate; held until the transaction ends, if asked."""
    query = (
        select(Support)
        .options(joinedload(Support.mandate))
        .where(
            Support.proposal_id == proposal.id,
            Support.territory_id == territory.id,
            Support.withdrawn_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query.with_for_update(of=Support) if hold else query)


def _count(proposal_id: UUID, change: int) -> None:
    """Keep the counter that lists and ranking read instead of counting supports."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(supports_count=Proposal.supports_count + change)
        .execution_options(synchronize_session="fetch")
    )
