"""The agency assesses the proposals, the committee decides, the agency publishes all at once.

Decisions and assessments take the consultation's lock, shared; the publication takes it
alone, so that nothing is decided, undone or assessed while it counts.
"""

from __future__ import annotations

from datetime import datetime

from app.calendar.models import Consultation
from app.context import enter
from app.db import advisory_lock, db
from app.errors import N_, Conflict, Invalid, NotFound
from app.gate import ASSESS, DECIDE, PUBLISH_SELECTION, Context, Verb, check
from app.journal.events import FreeText
from app.journal.operations import record, record_all
from app.notifications.operations import send
from app.phases import Phase
from consultation.proposals.models import DECISIONS, Maturity, Proposal, Stage
from consultation.proposals.queries import lock_proposals
from voting.copil import rules
from voting.copil.events import DecisionPublished, MaturityAssessed, ProposalDecided, VerdictUndone
from voting.copil.messages import SelectionTold
from voting.copil.models import REASON_LENGTH, Verdict
from voting.copil.queries import Ranking, ranking, recipients, verdict_of


def assess_maturity(proposal: Proposal, maturity: Maturity, *, ctx: Context) -> Proposal:
    """Assess how far along a proposal is, until the committee's selection is published.

    Raises NotAllowed, PhaseClosed before the close of the collection, NotFound when it is of
    another consultation, Conflict once the selection is published. The same level changes nothing.
    """
    ctx = _enter_committee(proposal, Phase.COLLECTION, ASSESS, ctx)
    if proposal.maturity == maturity:
        return proposal
    proposal.maturity = int(maturity)
    db.session.flush()
    record(
        MaturityAssessed(
            subject_id=str(proposal.id),
            number=proposal.number,
            title=FreeText(proposal.title),
            maturity=int(maturity),
        ),
        ctx=ctx,
    )
    return proposal


def decide(
    proposal: Proposal,
    *,
    stage: Stage,
    reason: str,
    replacing: datetime | None = None,
    ctx: Context,
) -> Verdict:
    """Decide that a proposal is to be selected, deferred or declined, with a reason.

    `replacing` is the instant of the verdict one saw and changes. Raises NotAllowed, PhaseClosed
    before the close of the supports, Invalid without a reason, NotFound when the proposal is not
    public in this consultation, Conflict when it was decided otherwise meanwhile or once the
    selection is published. The same verdict again is no error.
    """
    if stage not in DECISIONS:
        raise Invalid(
            N_("Choisissez de retenir la proposition, de la différer ou de ne pas la retenir.")
        )
    ctx = _enter_committee(proposal, Phase.SUPPORT, DECIDE, ctx)
    if refused := rules.reason_refusal(reason, REASON_LENGTH):
        raise refused
    reason, verdict = reason.strip(), verdict_of(proposal.id)
    if verdict is not None:
        if (verdict.stage, verdict.reason) == (stage, reason):
            return verdict
        if verdict.decided_at != replacing:
            raise _decided_otherwise(proposal, verdict, rules.INSIST)
    else:
        verdict = Verdict(proposal_id=proposal.id)
        db.session.add(verdict)
    verdict.stage, verdict.reason = stage, reason
    verdict.decided_by_id, verdict.decided_at = ctx.actor.person_id, ctx.instant
    db.session.flush()
    record(
        ProposalDecided(
            subject_id=str(proposal.id),
            number=proposal.number,
            title=FreeText(proposal.title),
            stage=stage,
            reason=FreeText(reason),
        ),
        ctx=ctx,
    )
    return verdict


def undo_verdict(proposal: Proposal, *, seen: datetime | None = None, ctx: Context) -> None:
    """Undo what was decided of a proposal, until the selection is published.

    `seen` is the instant of the verdict one means to undo. Raises as `decide` does, and Conflict
    when a colleague took another one since. Undoing what is not decided changes nothing.
    """
    ctx = _enter_committee(proposal, Phase.SUPPORT, DECIDE, ctx)
    verdict = verdict_of(proposal.id)
    if verdict is None:
        return
    if seen not in (None, verdict.decided_at):
        raise _decided_otherwise(proposal, verdict, rules.LOOK_AGAIN)
    db.session.delete(verdict)
    db.session.flush()
    record(
        VerdictUndone(
            subject_id=str(proposal.id), number=proposal.number, title=FreeText(proposal.title)
        ),
        ctx=ctx,
    )


def publish_selection(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make every decision of the committee public, and send each author what became of theirs.

    Raises NotAllowed, PhaseClosed before the close of the supports, NotFound when it is another
    consultation, Conflict while a published proposal has no verdict, when none is selected, or
    once the selection is published.
    """
    advisory_lock(consultation.id)
    if ctx.calendar and (support := ctx.calendar.window(Phase.SUPPORT)):
        # Alone here too: a support that entered before the close may still be on its way.
        advisory_lock(support.id)
    ctx = enter(ctx, Phase.SUPPORT)
    check(ctx, PUBLISH_SELECTION, within=consultation.id)
    if refused := rules.change_refusal(_is_published(ctx)):
        raise refused
    found = ranking(consultation.id)
    undecided = [line.number for line in found.lines if line.verdict is None]
    for refused in rules.publication_refusals(undecided, found.tally.selected):
        raise refused
    lock_proposals(consultation.id, [line.proposal.id for line in found.lines])
    _publish(found, consultation, ctx)
    window = ctx.calendar.window(Phase.AMI) if ctx.calendar else None
    if window is not None and window.is_past(ctx.instant):
        window = None
    for recipient in recipients(consultation.id):
        send(SelectionTold.about(consultation, recipient.decisions, window), to=recipient.address)
    return consultation


def _publish(found: Ranking, consultation: Consultation, ctx: Context) -> None:
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
    consultation.selection_published_at = ctx.instant
    db.session.flush()
    record_all(events, ctx=ctx)


def _enter_committee(proposal: Proposal, phase: Phase, verb: Verb, ctx: Context) -> Context:
    """Keep the publication away until the transaction ends, see that it has not come, and lock
    the proposal against a colleague."""
    advisory_lock(proposal.consultation_id, shared=True)
    ctx = enter(ctx, phase)
    check(ctx, verb, within=proposal.consultation_id)
    if refused := rules.change_refusal(_is_published(ctx)):
        raise refused
    lock_proposals(proposal.consultation_id, [proposal.id])
    if verb is DECIDE and proposal.stage is Stage.WRITTEN:
        raise NotFound(N_("Cette proposition n’existe pas dans cette consultation."))
    return ctx


def _is_published(ctx: Context) -> bool:
    return ctx.calendar is not None and ctx.calendar.selection_published_at is not None


def _decided_otherwise(proposal: Proposal, verdict: Verdict, way_out: str) -> Conflict:
    return rules.decided_otherwise(
        proposal.number, stage=verdict.stage, reason=verdict.reason, way_out=way_out
    )
