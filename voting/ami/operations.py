"""A territory takes part in a selected proposal, or no longer does."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.context import enter
from app.db import db
from app.errors import N_, NotFound
from app.gate import JOIN, LEAVE, REFER, Context, check
from app.journal.events import ParticipationEnded, ReferentNamed, WorkingGroupJoined
from app.journal.operations import record
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.ami.models import Part, Participation

_EVENTS: dict[Part, type[ReferentNamed | WorkingGroupJoined]] = {
    Part.REFERENT: ReferentNamed,
    Part.WORKING_GROUP: WorkingGroupJoined,
}


def become_referent(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> Participation:
    """Make a collectivity referent territory of a selected proposal; of several if it wishes.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not known to be selected in this
    consultation. A member of its working group becomes referent instead. Becoming it twice is not
    an error: the participation that stands is returned.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, REFER, on_behalf_of)
    return _take(Part.REFERENT, proposal, on_behalf_of, ctx)


def join_working_group(
    proposal: Proposal, *, on_behalf_of: Territory, ctx: Context
) -> Participation:
    """Make a territory join the working group of a selected proposal.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not known to be selected in this
    consultation. A referent territory is then referent no more. Joining twice is not an error: the
    participation that stands is returned.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, JOIN, on_behalf_of)
    return _take(Part.WORKING_GROUP, proposal, on_behalf_of, ctx)


def leave(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> None:
    """End the part a territory takes, whichever it is; it may take one up again until the close.

    Raises NotAllowed, PhaseClosed, NotFound. Leaving where one takes no part changes nothing.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, LEAVE, on_behalf_of)
    _called(proposal, ctx)
    left = db.session.scalar(
        update(Participation)
        .where(
            Participation.proposal_id == proposal.id,
            Participation.territory_id == on_behalf_of.id,
            Participation.left_at.is_(None),
        )
        .values(left_at=ctx.instant)
        .returning(Participation.id)
    )
    if left is not None:
        _tell(ParticipationEnded, left, proposal, on_behalf_of, ctx)


def _take(part: Part, proposal: Proposal, territory: Territory, ctx: Context) -> Participation:
    _called(proposal, ctx)
    offered = insert(Participation).values(
        id=uuid4(), proposal_id=proposal.id, territory_id=territory.id, part=part,
        joined_by_id=ctx.actor.person_id, joined_at=ctx.instant,
    )  # fmt: skip
    taken: Participation | None = db.session.scalar(
        offered.on_conflict_do_update(
            index_elements=[Participation.proposal_id, Participation.territory_id],
            set_={
                "part": offered.excluded.part,
                "joined_by_id": offered.excluded.joined_by_id,
                "joined_at": offered.excluded.joined_at,
                "left_at": None,
            },
            where=or_(
                Participation.left_at.is_not(None), Participation.part != offered.excluded.part
            ),
        ).returning(Participation),
        execution_options={"populate_existing": True},
    )
    if taken is None:
        return _standing(proposal, territory)
    _tell(_EVENTS[part], taken.id, proposal, territory, ctx)
    return taken


def _called(proposal: Proposal, ctx: Context) -> None:
    known = ctx.calendar is not None and ctx.calendar.selection_published_at is not None
    selected = proposal.stage is Stage.SELECTED
    if not (known and selected and proposal.consultation_id == ctx.consultation_id):
        raise NotFound(N_("Aucun appel n’est ouvert pour cette proposition."))


def _standing(proposal: Proposal, territory: Territory) -> Participation:
    return db.session.scalars(
        select(Participation)
        .where(Participation.proposal_id == proposal.id, Participation.territory_id == territory.id)
        .execution_options(populate_existing=True)
    ).one()


def _tell(
    event: type[ReferentNamed | WorkingGroupJoined | ParticipationEnded],
    participation_id: UUID, proposal: Proposal, territory: Territory, ctx: Context,
) -> None:  # fmt: skip
    record(
        event(
            subject_id=str(participation_id), proposal=proposal.number, kind=territory.kind,
            code=territory.code, territory=territory.name,
        ),
        ctx=ctx,
    )  # fmt: skip
