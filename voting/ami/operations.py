"""A territory takes part in a selected proposal, or no longer does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.calendar.queries import fresh_calendar
from app.context import enter
from app.db import db
from app.errors import N_, NotFound
from app.gate import ANNUL_PARTICIPATION, JOIN, LEAVE, REFER, Context, Mandate, check, relied_on
from app.journal.events import (
    ParticipationAnnulled,
    ParticipationEnded,
    ReferentNamed,
    WorkingGroupJoined,
)
from app.journal.operations import record
from app.phases import Phase
from app.territories.mandates.rules import Act
from app.territories.mandates.uses.operations import note_use
from app.territories.memberships.contests.models import Contest
from app.territories.memberships.contests.operations import annulment
from app.territories.memberships.contests.rules import Origin
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.ami.models import Part, Participation

_Happened = type[ReferentNamed | WorkingGroupJoined | ParticipationEnded]
_TAKEN: dict[Part, tuple[_Happened, Act]] = {
    Part.REFERENT: (ReferentNamed, Act.REFERRED),
    Part.WORKING_GROUP: (WorkingGroupJoined, Act.JOINED),
}


def become_referent(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> Participation:
    """Make a collectivity referent territory of a selected proposal; of several if it wishes.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not known to be selected in this
    consultation. A member of its working group becomes referent instead. Becoming it twice is not
    an error: the participation that stands is returned.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, REFER, on_behalf_of)
    mandate = relied_on(ctx, REFER, on_behalf_of)
    return _take(Part.REFERENT, proposal, on_behalf_of, mandate, ctx)


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
    mandate = relied_on(ctx, JOIN, on_behalf_of)
    return _take(Part.WORKING_GROUP, proposal, on_behalf_of, mandate, ctx)


def leave(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> None:
    """End the part a territory takes, whichever it is; it may take one up again until the close.

    Raises NotAllowed, PhaseClosed, NotFound. Leaving where one takes no part changes nothing.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, LEAVE, on_behalf_of)
    mandate = relied_on(ctx, LEAVE, on_behalf_of)
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
        _tell((ParticipationEnded, Act.LEFT), left, proposal, on_behalf_of, mandate, ctx)


def annul_participation(
    participation: Participation, *, contest: Contest, reason: str, ctx: Context
) -> Participation:
    """Annul a part taken by a right that a moderator has since ended as contested.

    Whatever the phase. The territory may take one up again while the phase lasts. Needs `proposal`
    and `territory` loaded, and what is contested. Raises NotAllowed, Invalid (no reason, or one
    that names someone), Conflict when the contest does not bear on it. Annulling what no longer
    stands changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(participation.proposal.consultation_id))
    check(ctx, ANNUL_PARTICIPATION)
    db.session.refresh(
        participation, attribute_names=["joined_by_id", "mandate_id", "left_at"],
        with_for_update=True,
    )  # fmt: skip
    origin = Origin(
        participation.joined_by_id, participation.territory_id, participation.mandate_id
    )
    public_reason = annulment(contest, origin, reason=reason)
    if participation.left_at is not None:
        return participation
    participation.left_at = ctx.instant
    db.session.flush()
    territory = participation.territory
    record(
        ParticipationAnnulled(
            subject_id=str(participation.id), proposal=participation.proposal.number,
            kind=territory.kind, code=territory.code, territory=territory.name, via=contest.via,
            reason=public_reason,
        ),
        ctx=ctx,
    )  # fmt: skip
    return participation


def _take(
    part: Part, proposal: Proposal, territory: Territory, mandate: Mandate | None, ctx: Context
) -> Participation:
    _called(proposal, ctx)
    offered = insert(Participation).values(
        id=uuid4(), proposal_id=proposal.id, territory_id=territory.id, part=part,
        joined_by_id=ctx.actor.person_id, mandate_id=mandate.id if mandate else None,
        joined_at=ctx.instant,
    )  # fmt: skip
    taken: Participation | None = db.session.scalar(
        offered.on_conflict_do_update(
            index_elements=[Participation.proposal_id, Participation.territory_id],
            set_={
                "part": offered.excluded.part,
                "joined_by_id": offered.excluded.joined_by_id,
                "mandate_id": offered.excluded.mandate_id,
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
    _tell(_TAKEN[part], taken.id, proposal, territory, mandate, ctx)
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
    happened: tuple[_Happened, Act], participation_id: UUID, proposal: Proposal,
    territory: Territory, mandate: Mandate | None, ctx: Context,
) -> None:  # fmt: skip
    event, act = happened
    record(
        event(
            subject_id=str(participation_id), proposal=proposal.number, kind=territory.kind,
            code=territory.code, territory=territory.name, via=mandate.helper if mandate else "",
        ),
        ctx=ctx,
    )  # fmt: skip
    if mandate:
        note_use(mandate.id, act, number=proposal.number, title=proposal.title, ctx=ctx)
