"""The proposals and every decision of the triage are made public at one instant, and sent.

Nothing is decided, imported or undone while the publication counts: it takes alone the
consultation's lock, which decisions share.
"""

from __future__ import annotations

from app.calendar.models import Consultation
from app.context import enter
from app.db import advisory_lock, db
from app.gate import PUBLISH, Context, check
from app.journal.events import FreeText
from app.journal.operations import record_all
from app.notifications.operations import send
from app.phases import Phase
from consultation.proposals.events import ProposalPublished
from consultation.proposals.models import Stage
from consultation.proposals.queries import written_proposals
from consultation.triage import rules
from consultation.triage.messages import OutcomesTold
from consultation.triage.queries import conservation, recipients


def publish_proposals(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make the proposals and every decision public, and send each author what became of theirs.

    Raises NotAllowed, PhaseClosed before the close of the collection, Conflict while a
    contribution waits, without a proposal, or when one gathers nothing. Publishing again changes
    nothing.
    """
    advisory_lock(consultation.id)
    if ctx.calendar and (collection := ctx.calendar.window(Phase.COLLECTION)):
        # Alone here too: a deposit that entered before the close may still be on its way.
        advisory_lock(collection.id)
    ctx = enter(ctx, Phase.COLLECTION)
    check(ctx, PUBLISH, within=consultation.id)
    if ctx.calendar and ctx.calendar.proposals_published_at is not None:
        return consultation
    proposals = written_proposals(consultation.id)
    waiting = conservation(consultation.id).waiting
    for refused in rules.publication_refusals(waiting, proposals):
        raise refused
    for proposal in proposals:
        proposal.stage = Stage.PUBLISHED
        proposal.published_at = ctx.instant
    consultation.proposals_published_at = ctx.instant
    db.session.flush()
    record_all(
        [
            ProposalPublished(
                subject_id=str(proposal.id),
                number=proposal.number,
                title=FreeText(proposal.title),
                contributions=proposal.contributions_count,
            )
            for proposal in proposals
        ],
        ctx=ctx,
    )
    _send_to_authors(consultation)
    return consultation


def _send_to_authors(consultation: Consultation) -> None:
    for recipient in recipients(consultation.id):
        send(OutcomesTold.about(consultation, recipient.rulings), to=recipient.address)
