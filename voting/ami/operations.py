"""A territory takes part in a selected proposal, or no longer does."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select
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
    ANNUL_PARTICIPATION,
    JOIN,
    LEAVE,
    REFER,
    RESTORE_PARTICIPATION,
    Context,
    Right,
    check,
    relied_on,
    undoing_refusal,
)
from app.journal.events import FreeText
from app.journal.operations import record
from app.phases import Phase, PublicationKind
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.ami.events import (
    ParticipationAnnulled,
    ParticipationEnded,
    ParticipationRestored,
    ReferentNamed,
    WorkingGroupJoined,
)
from voting.ami.models import Part, Participation

_Happened = type[ReferentNamed | WorkingGroupJoined | ParticipationEnded]
_TAKEN: dict[Part, tuple[_Happened, Act]] = {
    Part.REFERENT: (ReferentNamed, Act.REFERRED),
    Part.WORKING_GROUP: (WorkingGroupJoined, Act.JOINED),
}


def become_referent(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> Participation:
    """Make a collectivity referent territory of a selected proposal; of several if it wishes.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not known to be selected in this
    consultation. A member of its working group becomes referent instead: a helper exchanges only
    what their own structure took. Becoming it twice is not an error: the current participation
    is returned.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, REFER, on_behalf_of)
    right = relied_on(ctx, REFER, on_behalf_of)
    return _take(Part.REFERENT, proposal, on_behalf_of, right, ctx)


def join_working_group(
    proposal: Proposal, *, on_behalf_of: Territory, ctx: Context
) -> Participation:
    """Make a territory join the working group of a selected proposal.

    Raises NotAllowed, PhaseClosed, NotFound when the proposal is not known to be selected in this
    consultation. A referent territory is then referent no more. Joining twice is not an error: the
    current participation is returned.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, JOIN, on_behalf_of)
    right = relied_on(ctx, JOIN, on_behalf_of)
    return _take(Part.WORKING_GROUP, proposal, on_behalf_of, right, ctx)


def leave(proposal: Proposal, *, on_behalf_of: Territory, ctx: Context) -> None:
    """End the part a territory takes, whichever it is; it may take one up again until the close.

    A helper leaves only what their own structure took. Raises NotAllowed, PhaseClosed, NotFound.
    Leaving where one takes no part changes nothing.
    """
    ctx = enter(ctx, Phase.AMI, acting_for=on_behalf_of)
    check(ctx, LEAVE, on_behalf_of)
    right = relied_on(ctx, LEAVE, on_behalf_of)
    _called(proposal, ctx)
    if current := _current_part(proposal, on_behalf_of):
        _leave(current, right, ctx)
        happened = (ParticipationEnded, Act.LEFT)
        _record(happened, current.id, proposal, on_behalf_of, right, ctx)


def annul_participation(
    participation: Participation, *, contest: Contest, reason: str, ctx: Context
) -> Participation:
    """Annul a part taken by a right that a moderator has since ended as contested.

    Whatever the phase. The territory may take one up again while the phase lasts. Needs `proposal`
    and `territory` loaded, and what is contested. Raises NotAllowed, Invalid (no reason, or one
    that names someone), Conflict when the contest does not bear on it. Annulling what is no longer
    current changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(participation.proposal.consultation_id))
    check(ctx, ANNUL_PARTICIPATION)
    _lock(participation)
    origin = Origin(
        participation.joined_by_id,
        participation.territory_id,
        participation.mandate_id,
        participation.joined_at,
    )
    public_reason = annulment(contest, origin, reason=reason, ctx=ctx)
    if participation.left_at is not None:
        return participation
    participation.left_at = ctx.instant
    db.session.flush()
    record(_judged(ParticipationAnnulled, participation, contest, public_reason), ctx=ctx)
    tell_judged(
        contest,
        Judged.PARTICIPATION,
        participation.proposal,
        reason=public_reason,
        acted=[origin.person_id],
        ctx=ctx,
    )
    return participation


def restore_participation(
    participation: Participation, *, contest: Contest, reason: str, ctx: Context
) -> Participation:
    """Restore a part left, or exchanged, by a right that a moderator has since ended as contested.

    Whatever the phase, as it was taken. Needs `proposal` and `territory` loaded, and what is
    contested. Raises as `annul_participation` does. Restoring a current one, or where the territory
    takes a part since, changes nothing.
    """
    ctx = replace(ctx, calendar=fresh_calendar(participation.proposal.consultation_id))
    check(ctx, RESTORE_PARTICIPATION)
    _lock(participation)
    if participation.left_at is None:
        return participation
    origin = Origin(
        participation.left_by_id,
        participation.territory_id,
        participation.leave_mandate_id,
        participation.left_at,
    )
    public_reason = annulment(contest, origin, reason=reason, ctx=ctx)
    try:
        with db.session.begin_nested():
            participation.left_at = None
            participation.left_by_id = participation.leave_mandate_id = None
    except IntegrityError:
        return participation
    record(_judged(ParticipationRestored, participation, contest, public_reason), ctx=ctx)
    tell_judged(
        contest,
        Judged.PARTICIPATION,
        participation.proposal,
        reason=public_reason,
        acted=[origin.person_id],
        restored=True,
        ctx=ctx,
    )
    return participation


def _lock(participation: Participation) -> None:
    state = [
        "joined_by_id",
        "mandate_id",
        "joined_at",
        "left_by_id",
        "leave_mandate_id",
        "left_at",
    ]
    db.session.refresh(participation, attribute_names=state, with_for_update=True)


def _judged(
    happened: type[ParticipationAnnulled | ParticipationRestored],
    participation: Participation,
    contest: Contest,
    reason: FreeText,
) -> ParticipationAnnulled | ParticipationRestored:
    territory = participation.territory
    return happened(
        subject_id=str(participation.id),
        proposal=participation.proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=contest.right.via,
        reason=reason,
    )


def _take(
    part: Part, proposal: Proposal, territory: Territory, right: Right | None, ctx: Context
) -> Participation:
    _called(proposal, ctx)
    offered = (
        insert(Participation)
        .values(
            id=uuid4(),
            proposal_id=proposal.id,
            territory_id=territory.id,
            part=part,
            joined_by_id=ctx.actor.person_id,
            mandate_id=right.mandate_id if right else None,
            joined_at=ctx.instant,
        )
        .on_conflict_do_nothing(
            index_elements=[Participation.proposal_id, Participation.territory_id],
            index_where=Participation.left_at.is_(None),
        )
        .returning(Participation)
    )
    # The current part may be left between the two statements: it is offered again.
    while (taken := db.session.scalar(offered)) is None:
        if current := _current_part(proposal, territory):
            if current.part is part:
                return current
            _leave(current, right, ctx)
    _record(_TAKEN[part], taken.id, proposal, territory, right, ctx)
    return taken


def _leave(current: Participation, right: Right | None, ctx: Context) -> None:
    """End a part, that is left or exchanged for the other."""
    if refused := undoing_refusal(right, done_by=current.mandate):
        raise refused
    current.left_at, current.left_by_id = ctx.instant, ctx.actor.person_id
    current.leave_mandate_id = right.mandate_id if right else None
    db.session.flush()


def _called(proposal: Proposal, ctx: Context) -> None:
    known = ctx.is_published(PublicationKind.SELECTION)
    selected = proposal.stage is Stage.SELECTED
    if not (known and selected and proposal.consultation_id == ctx.consultation_id):
        raise NotFound(N_("Aucun appel n’est ouvert pour cette proposition."))


def _current_part(proposal: Proposal, territory: Territory) -> Participation | None:
    """The current part, locked until the transaction ends, with its mandate."""
    return db.session.scalar(
        select(Participation)
        .options(joinedload(Participation.mandate))
        .where(
            Participation.proposal_id == proposal.id,
            Participation.territory_id == territory.id,
            Participation.left_at.is_(None),
        )
        .with_for_update(of=Participation)
        .execution_options(populate_existing=True)
    )


def _record(
    happened: tuple[_Happened, Act],
    participation_id: UUID,
    proposal: Proposal,
    territory: Territory,
    right: Right | None,
    ctx: Context,
) -> None:
    event, act = happened
    record(
        event(
            subject_id=str(participation_id),
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
            subject_id=participation_id,
            number=proposal.number,
            title=proposal.title,
            ctx=ctx,
        )
