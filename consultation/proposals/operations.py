"""The agency writes the proposals, until they are published.

Each act raises NotFound about what belongs to another consultation than the one acted in.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from app.calendar.models import Consultation, Theme
from app.calendar.numbering import next_numbers
from app.calendar.publications.queries import lock_publications
from app.calendar.queries import fresh_calendar
from app.db import db
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import WRITE_PROPOSAL
from app.journal.events import FreeText
from app.journal.operations import record
from app.phases import PublicationKind
from consultation.proposals.events import ProposalEdited, ProposalRemoved, ProposalWritten
from consultation.proposals.models import TITLE_LENGTH, Proposal
from consultation.proposals.queries import lock_proposals
from consultation.proposals.rules import change_refusal, removal_refusal, title_refusal


def write_proposal(
    consultation: Consultation,
    *,
    title: str,
    summary: str = "",
    theme: Theme | None = None,
    ctx: Context,
) -> Proposal:
    """Write a proposal, which gathers nothing yet and takes the next number.

    Raises NotAllowed, Invalid, Conflict once the proposals are published.
    """
    check(ctx, WRITE_PROPOSAL, within=consultation.id)
    if refused := title_refusal(title, TITLE_LENGTH):
        raise refused
    _before_publication(consultation.id)
    proposal = Proposal(
        id=uuid4(),
        consultation_id=consultation.id,
        number=next_numbers(consultation.id, "proposal")[0],
        title=title.strip(),
        summary=summary.strip(),
        theme_id=theme.id if theme else None,
        written_at=ctx.instant,
    )
    db.session.add(proposal)
    db.session.flush()
    record(
        ProposalWritten(
            subject_id=str(proposal.id), number=proposal.number, title=FreeText(proposal.title)
        ),
        ctx=ctx,
    )
    return proposal


def edit_proposal(
    proposal: Proposal, *, title: str, summary: str, theme: Theme | None, ctx: Context
) -> Proposal:
    """Write a proposal anew; its number and contributions stay. The same text changes nothing.

    Raises NotAllowed, Invalid, Conflict once it is published or when it was removed meanwhile.
    """
    check(ctx, WRITE_PROPOSAL, within=proposal.consultation_id)
    if refused := title_refusal(title, TITLE_LENGTH):
        raise refused
    _before_publication(proposal.consultation_id)
    lock_proposals(proposal.consultation_id, [proposal.id])
    written = (title.strip(), summary.strip(), theme.id if theme else None)
    if written == (proposal.title, proposal.summary, proposal.theme_id):
        return proposal
    proposal.title, proposal.summary, proposal.theme_id = written
    db.session.flush()
    record(
        ProposalEdited(
            subject_id=str(proposal.id), number=proposal.number, title=FreeText(proposal.title)
        ),
        ctx=ctx,
    )
    return proposal


def remove_proposal(proposal: Proposal, *, ctx: Context) -> Proposal:
    """Remove a proposal that gathers nothing; its number is not given again.

    Raises NotAllowed, Conflict when it gathers contributions, is published, or was removed
    meanwhile.
    """
    check(ctx, WRITE_PROPOSAL, within=proposal.consultation_id)
    _before_publication(proposal.consultation_id)
    lock_proposals(proposal.consultation_id, [proposal.id])
    if refused := removal_refusal(proposal.contributions_count):
        raise refused
    db.session.delete(proposal)
    db.session.flush()
    record(
        ProposalRemoved(
            subject_id=str(proposal.id), number=proposal.number, title=FreeText(proposal.title)
        ),
        ctx=ctx,
    )
    return proposal


def _before_publication(consultation_id: UUID) -> None:
    """Keep the publication away until the transaction ends, and see that it has not come."""
    lock_publications(consultation_id)
    published_at = fresh_calendar(consultation_id).published_at(PublicationKind.PROPOSALS)
    if refused := change_refusal(published_at is not None):
        raise refused
