"""Every decision of the committee is made public at one instant, and sent."""

from __future__ import annotations

from collections.abc import Sequence

from app.calendar.models import Consultation
from app.calendar.publications.operations import publish
from app.gate.actors import Context
from app.gate.verbs import PUBLISH_SELECTION
from app.journal.events import Event, FreeText
from app.notifications.operations import send
from app.phases import Phase, PublicationKind
from consultation.proposals.queries import lock_proposals
from voting.copil import rules
from voting.copil.events import DecisionPublished
from voting.copil.messages import SelectionSent
from voting.copil.queries import ranking, recipients


def publish_selection(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make every decision of the committee public, and send each author what became of theirs.

    Raises NotAllowed, PhaseClosed before the close of the supports, NotFound when it is another
    consultation, Conflict while a published proposal has no verdict, when none is selected, or
    once the selection is published.
    """
    return publish(
        consultation,
        PublicationKind.SELECTION,
        verb=PUBLISH_SELECTION,
        make_public=_make_public,
        send=_send_to_authors,
        again=rules.change_refusal(True),
        ctx=ctx,
    )


def _make_public(consultation: Consultation, _ctx: Context) -> Sequence[Event]:
    found = ranking(consultation.id)
    undecided = [line.number for line in found.lines if line.verdict is None]
    for refused in rules.publication_refusals(undecided, found.tally.selected):
        raise refused
    lock_proposals(consultation.id, [line.proposal.id for line in found.lines])
    events = []
    for line in found.lines:
        assert line.stage is not None
        line.proposal.stage = line.stage
        events.append(
            DecisionPublished(
                subject_id=str(line.proposal.id),
                number=line.number,
                title=FreeText(line.proposal.title),
                stage=line.stage,
                supports=line.proposal.supports_count,
                maturity=line.proposal.maturity or 0,
            )
        )
    return events


def _send_to_authors(consultation: Consultation, ctx: Context) -> None:
    window = ctx.calendar.window(Phase.AMI) if ctx.calendar else None
    if window is not None and window.is_past(ctx.instant):
        window = None
    for recipient in recipients(consultation.id):
        send(SelectionSent.about(consultation, recipient.decisions, window), to=recipient.address)
