"""The proposals and every decision of the triage are made public at one instant, and sent."""

from __future__ import annotations

from collections.abc import Sequence

from app.calendar.models import Consultation
from app.calendar.publications.operations import publish
from app.gate.actors import Context
from app.gate.verbs import PUBLISH
from app.journal.events import Event, FreeText
from app.notifications.operations import send
from app.phases import PublicationKind
from consultation.proposals.events import ProposalPublished
from consultation.proposals.models import Stage
from consultation.proposals.queries import written_proposals
from consultation.triage import rules
from consultation.triage.messages import OutcomesSent
from consultation.triage.queries import conservation, recipients


def publish_proposals(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make the proposals and every decision public, and send each author what became of theirs.

    Raises NotAllowed, PhaseClosed before the close of the collection, Conflict while a
    contribution waits, without a proposal, or when one gathers nothing. Publishing again changes
    nothing.
    """
    return publish(
        consultation,
        PublicationKind.PROPOSALS,
        verb=PUBLISH,
        make_public=_make_public,
        send=_send_to_authors,
        ctx=ctx,
    )


def _make_public(consultation: Consultation, ctx: Context) -> Sequence[Event]:
    proposals = written_proposals(consultation.id)
    waiting = conservation(consultation.id).waiting
    for refused in rules.publication_refusals(waiting, proposals):
        raise refused
    for proposal in proposals:
        proposal.stage = Stage.PUBLISHED
        proposal.published_at = ctx.instant
    return [
        ProposalPublished(
            subject_id=str(proposal.id),
            number=proposal.number,
            title=FreeText(proposal.title),
            contributions=proposal.contributions_count,
        )
        for proposal in proposals
    ]


def _send_to_authors(consultation: Consultation, _ctx: Context) -> None:
    for recipient in recipients(consultation.id):
        send(OutcomesSent.about(consultation, recipient.rulings), to=recipient.address)
