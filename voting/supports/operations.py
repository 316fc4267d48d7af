"""A collectivity supports a proposal, or no longer does."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.authority.rights.acts.operations import record_act
from app.context import enter
from app.db import db
from app.errors import N_, NotFound
from app.gate.actors import Context, Right
from app.gate.refusals import check, relied_on, undoing_refusal
from app.gate.verb import Verb
from app.gate.verbs import SUPPORT, WITHDRAW_SUPPORT
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.supports.events import SupportGiven, SupportWithdrawn
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
    # The current support may be withdrawn between the two statements: it is offered again.
    while (given := db.session.scalar(offered)) is None:
        if current := _current_support(proposal, on_behalf_of):
            return current
    count_support(proposal.id, +1)
    _record(SupportGiven, SUPPORT, given, proposal, on_behalf_of, right, ctx)
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
    support.withdrawn_at = ctx.instant
    db.session.flush()
    count_support(proposal.id, -1)
    _record(SupportWithdrawn, WITHDRAW_SUPPORT, support, proposal, on_behalf_of, right, ctx)


def count_support(proposal_id: UUID, change: int) -> None:
    """Keep the counter that lists and ranking read instead of counting supports."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(supports_count=Proposal.supports_count + change)
        .execution_options(synchronize_session="fetch")
    )


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
