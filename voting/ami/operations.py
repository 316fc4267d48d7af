"""A territory takes part in a selected proposal, or no longer does."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.authority.rights.acts.operations import keep_act, record_act
from app.calendar.models import Consultation
from app.context import enter
from app.db import db
from app.errors import N_, NotFound
from app.formats import closing
from app.gate.actors import Context, Right
from app.gate.refusals import check, relied_on, undoing_refusal
from app.gate.verb import Effect, Verb
from app.gate.verbs import JOIN, LEAVE, REFER
from app.identity.models import Person
from app.notifications.operations import send
from app.phases import Phase, PublicationKind
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.ami.events import (
    ParticipationEnded,
    ReferentNamed,
    WorkingGroupJoined,
)
from voting.ami.messages import AnswerReceived
from voting.ami.models import Part, Participation

_Happened = type[ReferentNamed | WorkingGroupJoined | ParticipationEnded]
_TAKEN: dict[Part, tuple[_Happened, Verb]] = {
    Part.REFERENT: (ReferentNamed, REFER),
    Part.WORKING_GROUP: (WorkingGroupJoined, JOIN),
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
        happened = (ParticipationEnded, LEAVE)
        _record(happened, current.id, proposal, on_behalf_of, right, ctx)


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
            keep_act(
                _TAKEN[part][1],
                effect=Effect.REPLACES,
                subject_type=ParticipationEnded.subject_type,
                subject_id=current.id,
                about=proposal,
                on_behalf_of=territory.id,
                right=right,
                ctx=ctx,
            )
    _record(_TAKEN[part], taken.id, proposal, territory, right, ctx)
    _acknowledge(part, proposal, territory, ctx)
    return taken


def _acknowledge(part: Part, proposal: Proposal, territory: Territory, ctx: Context) -> None:
    """Send who answered what is recorded, and until when it may change."""
    consultation = db.session.get_one(Consultation, proposal.consultation_id)
    window = ctx.calendar.window(Phase.AMI) if ctx.calendar else None
    message = AnswerReceived(
        consultation=consultation.title,
        slug=consultation.slug,
        territory=territory.name,
        part=part.value,
        number=proposal.number,
        title=proposal.title,
        until=closing(window) if window else "",
    )
    send(message, to=db.session.get_one(Person, ctx.actor.person_id).email)


def _leave(current: Participation, right: Right | None, ctx: Context) -> None:
    """End a part, that is left or exchanged for the other."""
    if refused := undoing_refusal(right, done_by=current.mandate):
        raise refused
    current.left_at = ctx.instant
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
    happened: tuple[_Happened, Verb],
    participation_id: UUID,
    proposal: Proposal,
    territory: Territory,
    right: Right | None,
    ctx: Context,
) -> None:
    of_type, under = happened
    event = of_type(
        subject_id=str(participation_id),
        proposal=proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=right.via if right else "",
    )
    record_act(event, under, about=proposal, on_behalf_of=territory.id, right=right, ctx=ctx)
