"""A collectivity supports a proposal, or no longer does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.calendar.queries import fresh_calendar
from app.context import enter
from app.db import db
from app.errors import N_, NotFound
from app.gate import ANNUL_SUPPORT, SUPPORT, WITHDRAW_SUPPORT, Context, check, relied_on
from app.journal.events import SupportAnnulled, SupportGiven, SupportWithdrawn
from app.journal.operations import record
from app.phases import Phase
from app.territories.mandates.rules import Act
from app.territories.mandates.uses.operations import note_use
from app.territories.memberships.contests.models import Contest
from app.territories.memberships.contests.operations import annulment
from app.territories.memberships.contests.rules import Origin
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.supports.models import Support


def give_support(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> Support:
    """Record the one support a collectivity may give to a proposal.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not public in this consultation.
    Giving it twice is not an error: the support already given is returned.
    """
    ctx = enter(ctx, Phase.SUPPORT, acting_for=on_behalf_of)
    check(ctx, SUPPORT, on_behalf_of)
    mandate = relied_on(ctx, SUPPORT, on_behalf_of)
    _public(proposal, ctx)
    offered = insert(Support).values(
        id=uuid4(), proposal_id=proposal.id, territory_id=on_behalf_of.id,
        given_by_id=ctx.actor.person_id, mandate_id=mandate.id if mandate else None,
        given_at=ctx.instant,
    )  # fmt: skip
    given: Support | None = db.session.scalar(
        offered.on_conflict_do_update(
            index_elements=[Support.proposal_id, Support.territory_id],
            set_={
                "given_by_id": offered.excluded.given_by_id,
                "mandate_id": offered.excluded.mandate_id,
                "given_at": offered.excluded.given_at,
                "withdrawn_at": None,
            },
            where=Support.withdrawn_at.is_not(None),
        ).returning(Support),
        execution_options={"populate_existing": True},
    )
    if given is None:
        return _standing(proposal, on_behalf_of)
    _count(proposal.id, +1)
    record(
        SupportGiven(
            subject_id=str(given.id), proposal=proposal.number, kind=on_behalf_of.kind,
            code=on_behalf_of.code, territory=on_behalf_of.name,
            via=mandate.helper if mandate else "",
        ),
        ctx=ctx,
    )  # fmt: skip
    if mandate:
        note_use(mandate.id, Act.SUPPORTED, number=proposal.number, title=proposal.title, ctx=ctx)
    return given


def withdraw_support(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> None:
    """Withdraw a collectivity's support, which it may do until the close, and give again.

    Raises NotAllowed, PhaseClosed, NotFound. Withdrawing what is not given changes nothing.
    """
    ctx = enter(ctx, Phase.SUPPORT, acting_for=on_behalf_of)
    check(ctx, WITHDRAW_SUPPORT, on_behalf_of)
    mandate = relied_on(ctx, WITHDRAW_SUPPORT, on_behalf_of)
    _public(proposal, ctx)
    withdrawn = db.session.scalar(
        update(Support)
        .where(
            Support.proposal_id == proposal.id,
            Support.territory_id == on_behalf_of.id,
            Support.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=ctx.instant)
        .returning(Support.id)
    )
    if withdrawn is None:
        return
    _count(proposal.id, -1)
    record(
        SupportWithdrawn(
            subject_id=str(withdrawn), proposal=proposal.number, kind=on_behalf_of.kind,
            code=on_behalf_of.code, territory=on_behalf_of.name,
            via=mandate.helper if mandate else "",
        ),
        ctx=ctx,
    )  # fmt: skip
    if mandate:
        note_use(mandate.id, Act.UNSUPPORTED, number=proposal.number, title=proposal.title, ctx=ctx)


def annul_support(support: Support, *, contest: Contest, reason: str, ctx: Context) -> Support:
    """Annul a support given by a right that a moderator has since ended as contested.

    Whatever the phase: what nobody had the right to say is not counted. The collectivity may give
    it again while the phase lasts. Needs `proposal` and `territory` loaded, and what is contested.
    Raises NotAllowed, Invalid (no reason, or one that names someone), Conflict when the contest
    does not bear on it. Annulling what no longer stands changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(support.proposal.consultation_id))
    check(ctx, ANNUL_SUPPORT)
    db.session.refresh(
        support, attribute_names=["given_by_id", "mandate_id", "withdrawn_at"], with_for_update=True
    )
    origin = Origin(support.given_by_id, support.territory_id, support.mandate_id)
    public_reason = annulment(contest, origin, reason=reason)
    if support.withdrawn_at is not None:
        return support
    support.withdrawn_at = ctx.instant
    db.session.flush()
    _count(support.proposal_id, -1)
    territory = support.territory
    record(
        SupportAnnulled(
            subject_id=str(support.id), proposal=support.proposal.number, kind=territory.kind,
            code=territory.code, territory=territory.name, via=contest.via, reason=public_reason,
        ),
        ctx=ctx,
    )  # fmt: skip
    return support


def _public(proposal: Proposal, ctx: Context) -> None:
    if proposal.consultation_id != ctx.consultation_id or proposal.stage is Stage.WRITTEN:
        raise NotFound(N_("Cette proposition n’existe pas dans cette consultation."))


def _standing(proposal: Proposal, territory: Territory) -> Support:
    return db.session.scalars(
        select(Support)
        .where(Support.proposal_id == proposal.id, Support.territory_id == territory.id)
        .execution_options(populate_existing=True)
    ).one()


def _count(proposal_id: UUID, change: int) -> None:
    """Keep the counter that lists and ranking read instead of counting supports."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(supports_count=Proposal.supports_count + change)
        .execution_options(synchronize_session="fetch")
    )
