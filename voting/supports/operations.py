"""A collectivity supports a proposal, or no longer does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.authority.mandates.rules import Act
from app.authority.mandates.uses.operations import note_use
from app.calendar.queries import fresh_calendar
from app.contests.judgements.operations import annulment, tell_judged
from app.contests.models import Contest
from app.contests.rules import Judged, Origin
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
    check,
    relied_on,
    undoing_refusal,
)
from app.journal.events import FreeText
from app.journal.operations import record
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
            given_by_id=ctx.actor.person_id,
            mandate_id=right.mandate_id if right else None,
            given_at=ctx.instant,
        )
        .on_conflict_do_nothing(
            index_elements=[Support.proposal_id, Support.territory_id],
            index_where=Support.withdrawn_at.is_(None),
        )
        .returning(Support)
    )
    # The current support may be withdrawn between the two statements: it is offered again.
    while (given := db.session.scalar(offered)) is None:
        if current := _current_support(proposal, on_behalf_of):
            return current
    _count(proposal.id, +1)
    _record(SupportGiven, Act.SUPPORTED, given, proposal, on_behalf_of, right, ctx)
    return given


def withdraw_support(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> None:
    """Withdraw a collectivity's support, until the close; it may be given again.

    A helper withdraws only what their own structure gave. Raises NotAllowed, PhaseClosed, NotFound.
    Withdrawing what is not given changes nothing.
    """
    ctx = enter(ctx, Phase.SUPPORT, acting_for=on_behalf_of)
    check(ctx, WITHDRAW_SUPPORT, on_behalf_of)
    right = relied_on(ctx, WITHDRAW_SUPPORT, on_behalf_of)
    _public(proposal, ctx)
    support = _current_support(proposal, on_behalf_of, lock=True)
    if support is None:
        return
    if refused := undoing_refusal(right, done_by=support.mandate):
        raise refused
    support.withdrawn_at, support.withdrawn_by_id = ctx.instant, ctx.actor.person_id
    support.withdrawal_mandate_id = right.mandate_id if right else None
    db.session.flush()
    _count(proposal.id, -1)
    _record(SupportWithdrawn, Act.UNSUPPORTED, support, proposal, on_behalf_of, right, ctx)


def annul_support(support: Support, *, contest: Contest, reason: str, ctx: Context) -> Support:
    """Annul a support given by a right that a moderator has since ended as contested.

    Whatever the phase: what nobody had the right to say is not counted. The collectivity may give
    it again while the phase lasts. Needs `proposal` and `territory` loaded, and what is contested.
    Raises NotAllowed, Invalid (no reason, or one that names someone), Conflict when the contest
    does not bear on it. Annulling what is no longer current changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(support.proposal.consultation_id))
    check(ctx, ANNUL_SUPPORT)
    _lock(support)
    origin = Origin(support.given_by_id, support.territory_id, support.mandate_id, support.given_at)
    public_reason = annulment(contest, origin, reason=reason, ctx=ctx)
    if support.withdrawn_at is not None:
        return support
    support.withdrawn_at = ctx.instant
    db.session.flush()
    _count(support.proposal_id, -1)
    record(_judged(SupportAnnulled, support, contest, public_reason), ctx=ctx)
    tell_judged(
        contest,
        Judged.SUPPORT,
        support.proposal,
        reason=public_reason,
        acted=[origin.person_id],
        ctx=ctx,
    )
    return support


def restore_support(support: Support, *, contest: Contest, reason: str, ctx: Context) -> Support:
    """Restore a support withdrawn by a right that a moderator has since ended as contested.

    Whatever the phase, as it was given. Needs `proposal` and `territory` loaded, and what is
    contested. Raises as `annul_support` does. Restoring a current one, or what the collectivity has
    given again since, changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(support.proposal.consultation_id))
    check(ctx, RESTORE_SUPPORT)
    _lock(support)
    origin = Origin(
        support.withdrawn_by_id,
        support.territory_id,
        support.withdrawal_mandate_id,
        support.withdrawn_at,
    )
    if support.withdrawn_at is None:
        return support
    public_reason = annulment(contest, origin, reason=reason, ctx=ctx)
    try:
        with db.session.begin_nested():
            support.withdrawn_at = support.withdrawn_by_id = support.withdrawal_mandate_id = None
    except IntegrityError:
        return support
    _count(support.proposal_id, +1)
    record(_judged(SupportRestored, support, contest, public_reason), ctx=ctx)
    tell_judged(
        contest,
        Judged.SUPPORT,
        support.proposal,
        reason=public_reason,
        acted=[origin.person_id],
        restored=True,
        ctx=ctx,
    )
    return support


def _record(
    happened: type[SupportGiven | SupportWithdrawn],
    act: Act,
    support: Support,
    proposal: Proposal,
    territory: Territory,
    right: Right | None,
    ctx: Context,
) -> None:
    record(
        happened(
            subject_id=str(support.id),
            proposal=proposal.number,
            kind=territory.kind,
            code=territory.code,
            territory=territory.name,
            via=right.via if right else "",
        ),
        ctx=ctx,
    )
    if right and right.mandate_id:
        note_use(
            right.mandate_id,
            act,
            subject_id=support.id,
            number=proposal.number,
            title=proposal.title,
            ctx=ctx,
        )


def _lock(support: Support) -> None:
    state = [
        "given_by_id",
        "mandate_id",
        "given_at",
        "withdrawn_by_id",
        "withdrawal_mandate_id",
        "withdrawn_at",
    ]
    db.session.refresh(support, attribute_names=state, with_for_update=True)


def _judged(
    happened: type[SupportAnnulled | SupportRestored],
    support: Support,
    contest: Contest,
    reason: FreeText,
) -> SupportAnnulled | SupportRestored:
    territory = support.territory
    return happened(
        subject_id=str(support.id),
        proposal=support.proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=contest.right.via,
        reason=reason,
    )


def _public(proposal: Proposal, ctx: Context) -> None:
    if proposal.consultation_id != ctx.consultation_id or proposal.stage is Stage.WRITTEN:
        raise NotFound(N_("Cette proposition n’existe pas dans cette consultation."))


def _current_support(
    proposal: Proposal, territory: Territory, *, lock: bool = False
) -> Support | None:
    """The current support, with its mandate; locked until the transaction ends, if asked."""
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
    return db.session.scalar(query.with_for_update(of=Support) if lock else query)


def _count(proposal_id: UUID, change: int) -> None:
    """Keep the counter that lists and ranking read instead of counting supports."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(supports_count=Proposal.supports_count + change)
        .execution_options(synchronize_session="fetch")
    )
