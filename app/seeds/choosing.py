"""The replay from the committee to the services: who decides, who takes part, what is laureate."""

from __future__ import annotations

from collections.abc import Iterator

from app import clock
from app.calendar.models import Consultation
from app.calendar.queries import fresh_calendar
from app.context import context_for
from app.seeds import corpus, story
from app.seeds.gathering import Deposited
from app.seeds.people import Cast
from app.seeds.progress import Report, counted
from app.seeds.story import Story
from consultation.proposals.models import Maturity, Proposal
from delivery.services.operations import choose_service
from delivery.services.publication.operations import publish_services
from voting.ami.models import Part
from voting.ami.operations import become_referent, join_working_group
from voting.copil.operations import assess_maturity, decide
from voting.copil.publication.operations import publish_selection

# Before its last session, the committee has these left to examine.
LEFT_TO_DECIDE = 15
_TAKE = {Part.REFERENT: become_referent, Part.WORKING_GROUP: join_working_group}


def assess(
    timeline: Story, cast: Cast, consultation: Consultation, proposals: dict[int, Proposal]
) -> None:
    """Assess the maturity of each proposal, for the committee."""
    with clock.at(timeline.instant(story.ASSESSED)):
        ctx = context_for(cast.moderator, consultation)
        for row in corpus.proposals():
            assess_maturity(proposals[int(row["number"])], Maturity(int(row["maturity"])), ctx=ctx)


def select(
    timeline: Story,
    cast: Cast,
    consultation: Consultation,
    proposals: dict[int, Proposal],
    report: Report,
) -> Iterator[int]:
    """Have the committee decide of each proposal over two sessions, then publish its selection.

    The day of each act is given before it.
    """
    decisions = corpus.decisions()
    calendar = fresh_calendar(consultation.id)
    first = len(decisions) - LEFT_TO_DECIDE
    for rank, decided in counted(decisions, "decisions", report):
        day = story.DECIDED if rank < first else story.DECIDED + 1
        yield day
        with clock.at(timeline.instant(day, rank / len(decisions))):
            decide(
                proposals[decided.proposal],
                stage=decided.stage,
                reason=decided.reason,
                ctx=cast.acting(cast.chair, calendar),
            )
    yield story.SELECTED
    with clock.at(timeline.instant(story.SELECTED)):
        publish_selection(consultation, ctx=context_for(cast.moderator, consultation))


def take_part(
    timeline: Story,
    cast: Cast,
    consultation: Consultation,
    proposals: dict[int, Proposal],
    report: Report,
) -> Iterator[int]:
    """Have territories take part in the selected proposals, the day of each given before it."""
    parts = corpus.parts()
    calendar = fresh_calendar(consultation.id)
    for rank, taken in counted(parts, "parts", report):
        day, fraction = timeline.spread(story.AMI, rank, len(parts))
        yield day
        with clock.at(timeline.instant(day, fraction)):
            _TAKE[taken.part](
                proposals[taken.proposal],
                on_behalf_of=cast.territories[taken.place],
                ctx=cast.acting(cast.committing[taken.place], calendar),
            )


def choose(
    timeline: Story,
    cast: Cast,
    consultation: Consultation,
    proposals: dict[int, Proposal],
    deposited: Deposited,
    report: Report,
) -> Iterator[int]:
    """Choose the laureate services within the envelope, then publish them.

    The day of each act is given before it.
    """
    laureates = corpus.laureates()
    calendar = fresh_calendar(consultation.id)
    drawn = {deposit.reference: contribution for deposit, contribution in deposited}
    for rank, laureate in counted(laureates, "services", report):
        day, fraction = timeline.spread(story.CHOSEN, rank, len(laureates))
        yield day
        with clock.at(timeline.instant(day, fraction)):
            choose_service(
                drawn[laureate.reference],
                proposal=proposals[laureate.proposal],
                name=laureate.name,
                description=laureate.description,
                carrier_territory=cast.territories[laureate.carrier] if laureate.carrier else None,
                carrier_organisation=laureate.organisation,
                total_cents=laureate.total_cents,
                state_cents=laureate.state_cents,
                note=laureate.note,
                ctx=cast.acting(cast.chair, calendar),
            )
    yield story.LAUREATES
    with clock.at(timeline.instant(story.LAUREATES)):
        publish_services(consultation, ctx=context_for(cast.moderator, consultation))
