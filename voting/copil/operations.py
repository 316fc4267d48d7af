"""The agency assesses the proposals, the committee decides, the agency publishes all at once.

Decisions and assessments take the consultation's lock, shared; the publication takes it
alone, so that nothing is decided, undone or assessed while it counts.
"""

from __future__ import annotations

from app.calendar.publications.queries import lock_publications
from app.context import enter
from app.db import db, next_value
from app.errors import N_, Conflict, Invalid, NotFound
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verb import Verb
from app.gate.verbs import ASSESS, DECIDE
from app.journal.events import FreeText
from app.journal.operations import record
from app.phases import Phase, PublicationKind
from consultation.proposals.models import DECISIONS, Maturity, Proposal, Stage
from consultation.proposals.queries import lock_proposals
from voting.copil import rules
from voting.copil.events import MaturityAssessed, ProposalDecided, VerdictUndone
from voting.copil.models import REASON_LENGTH, VERSIONS, Verdict
from voting.copil.queries import verdict_of


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
    replacing: int | None = None,
    ctx: Context,
) -> Verdict:
    """Decide that a proposal is to be selected, deferred or declined, with a reason.

    `replacing` is the version of the verdict one saw and changes. Raises NotAllowed, PhaseClosed
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
        if verdict.version != replacing:
            raise _decided_otherwise(proposal, verdict, rules.INSIST)
    else:
        verdict = Verdict(proposal_id=proposal.id)
    verdict.stage, verdict.reason = stage, reason
    verdict.decided_by_id, verdict.decided_at = ctx.actor.person_id, ctx.instant
    verdict.version = next_value(VERSIONS)
    db.session.add(verdict)
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


def undo_verdict(proposal: Proposal, *, seen: int | None = None, ctx: Context) -> None:
    """Undo what was decided of a proposal, until the selection is published.

    `seen` is the version of the verdict one means to undo. Raises as `decide` does, and Conflict
    when a colleague took another one since. Undoing what is not decided changes nothing.
    """
    ctx = _enter_committee(proposal, Phase.SUPPORT, DECIDE, ctx)
    verdict = verdict_of(proposal.id)
    if verdict is None:
        return
    if seen not in (None, verdict.version):
        raise _decided_otherwise(proposal, verdict, rules.LOOK_AGAIN)
    db.session.delete(verdict)
    db.session.flush()
    record(
        VerdictUndone(
            subject_id=str(proposal.id), number=proposal.number, title=FreeText(proposal.title)
        ),
        ctx=ctx,
    )


def _enter_committee(proposal: Proposal, phase: Phase, verb: Verb, ctx: Context) -> Context:
    """Keep the publication away until the transaction ends, see that it has not come, and lock
    the proposal against a colleague."""
    lock_publications(proposal.consultation_id)
    ctx = enter(ctx, phase)
    check(ctx, verb, within=proposal.consultation_id)
    if refused := rules.change_refusal(ctx.is_published(PublicationKind.SELECTION)):
        raise refused
    lock_proposals(proposal.consultation_id, [proposal.id])
    if verb is DECIDE and proposal.stage is Stage.WRITTEN:
        raise NotFound(N_("Cette proposition n’existe pas dans cette consultation."))
    return ctx


def _decided_otherwise(proposal: Proposal, verdict: Verdict, way_out: str) -> Conflict:
    return rules.decided_otherwise(
        proposal.number, stage=verdict.stage, reason=verdict.reason, way_out=way_out
    )
