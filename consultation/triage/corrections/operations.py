"""A published proposal is worded otherwise; a contribution is given another outcome."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID, uuid4

from app.calendar.models import Consultation, Theme
from app.calendar.publications.queries import lock_publications
from app.calendar.queries import fresh_calendar
from app.db import db
from app.errors import N_, Conflict, DomainError, Invalid, NotFound
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import CORRECT
from app.journal.events import FreeText
from app.journal.operations import record
from app.notifications.operations import send
from app.phases import PublicationKind
from consultation.contributions.models import Contribution
from consultation.proposals.models import TITLE_LENGTH, Proposal, Stage
from consultation.proposals.queries import lock_proposals
from consultation.proposals.rules import title_refusal
from consultation.triage.corrections import rules
from consultation.triage.corrections.concerned import HOLDS, RECIPIENTS
from consultation.triage.corrections.events import OutcomeCorrected, ProposalCorrected
from consultation.triage.corrections.messages import CorrectionSent
from consultation.triage.corrections.models import Correction
from consultation.triage.corrections.queries import author_of, authors_of
from consultation.triage.corrections.rules import Change
from consultation.triage.models import Decision
from consultation.triage.outcomes import (
    Choice,
    decided_otherwise,
    number_of,
    replace_outcome,
    said_of,
)
from consultation.triage.queries import lock_contributions
from consultation.triage.rules import LOOK_AGAIN, reason_refusal
from funding.schemes.models import Scheme


def correct_wording(
    proposal: Proposal,
    *,
    title: str,
    summary: str,
    theme: Theme | None,
    reason: str,
    seen: str,
    ctx: Context,
) -> Correction | None:
    """Word a published proposal otherwise, for a reason everyone reads; supports never move.

    `seen` is the version of the wording that was read. The authors of what it gathers, and those
    who expressed themselves on it, are sent what changes. Raises NotAllowed, NotFound, Invalid,
    Conflict before the publication, or when a colleague corrected it meanwhile. The same wording
    corrects nothing: None is returned.
    """
    _check(proposal.consultation_id, reason, ctx)
    if refused := title_refusal(title, TITLE_LENGTH):
        raise refused
    lock_proposals(proposal.consultation_id, [proposal.id])
    if proposal.stage is Stage.WRITTEN:
        raise NotFound(N_("Cette proposition n’est pas publiée."))
    if seen != rules.wording_version(proposal.title, proposal.summary, proposal.theme_id):
        raise Conflict(
            N_("Une autre personne de l’équipe vient de corriger cette proposition."),
            way_out=N_("Relisez-la, puis corrigez ce qui doit encore l’être."),
        )
    before = _wording(proposal)
    proposal.title, proposal.summary = title.strip(), summary.strip()
    proposal.theme_id = theme.id if theme else None
    db.session.flush()
    changed = rules.changes(before, _wording(proposal))
    if not changed:
        return None
    proposal.corrected_at = ctx.instant
    addresses = {each for tell in (authors_of, *RECIPIENTS) for each in tell(proposal.id)}
    correction = _corrected(proposal, changed, reason, addresses, ctx)
    event = ProposalCorrected(
        subject_id=str(proposal.id),
        number=proposal.number,
        title=FreeText(proposal.title),
        reason=FreeText(reason.strip()),
    )
    record(event, ctx=ctx)
    return correction


def correct_outcome(
    contribution: Contribution,
    *,
    decision: Decision,
    proposals: Collection[Proposal] = (),
    scheme: Scheme | None = None,
    given: str = "",
    reason: str,
    seen: int | None,
    ctx: Context,
) -> Correction | None:
    """Give a contribution another outcome after the publication; supports never move.

    It joins these published `proposals`, or is reoriented to `scheme`, or rejected, for the reason
    `given` to its author; `seen` is the version of the decision that was read. Raises NotAllowed,
    NotFound, Invalid, Conflict before the publication, when a colleague decided meanwhile, when a
    proposal would gather nothing, or when something was drawn from it. The same outcome corrects
    nothing: None is returned.
    """
    _check(contribution.consultation_id, reason, ctx)
    choice = _choice(decision, proposals, scheme, given)
    ruling = lock_contributions([contribution]).get(contribution.id)
    if ruling is None:
        raise NotFound(N_("Rien n’a été décidé de cette contribution."))
    if choice.is_already(ruling):
        return None
    if ruling.outcome.version != seen:
        raise decided_otherwise(contribution, ruling, LOOK_AGAIN)
    joined = {each.id for each in choice.proposals}
    left = [each for each in ruling.proposals if each.id not in joined]
    lock_proposals(contribution.consultation_id, {*joined, *(p.id for p in ruling.proposals)})
    if refused := _refusal(contribution.id, left):
        raise refused
    changed = rules.changes(said_of(ruling), said_of(choice))
    address = author_of(contribution)
    correction = _corrected(contribution, changed, reason, {address} if address else set(), ctx)
    replace_outcome(contribution, ruling, choice, ctx)
    event = OutcomeCorrected(
        subject_id=str(contribution.id),
        number=number_of(contribution),
        after=FreeText(said_of(choice)["outcome"]),
        reason=FreeText(reason.strip()),
    )
    record(event, ctx=ctx)
    return correction


def _check(consultation_id: UUID, reason: str, ctx: Context) -> None:
    check(ctx, CORRECT, within=consultation_id)
    lock_publications(consultation_id)
    published = fresh_calendar(consultation_id).published_at(PublicationKind.PROPOSALS)
    if refused := rules.correction_refusal(reason, published=published is not None):
        raise refused


def _choice(
    decision: Decision, proposals: Collection[Proposal], scheme: Scheme | None, given: str
) -> Choice:
    if decision is Decision.GROUPED:
        if not proposals:
            raise Invalid(N_("Dites dans quelles propositions elle est regroupée."))
        if any(each.stage is Stage.WRITTEN for each in proposals):
            raise Invalid(N_("Elle ne peut rejoindre que des propositions publiées."))
        return Choice(decision, proposals=tuple(dict.fromkeys(proposals)))
    if refused := reason_refusal(given):
        raise refused
    if decision is Decision.REORIENTED and scheme is None:
        raise Invalid(N_("Choisissez le dispositif vers lequel elle est réorientée."))
    chosen = scheme if decision is Decision.REORIENTED else None
    return Choice(decision, scheme=chosen, reason=given.strip())


def _refusal(contribution_id: UUID, left: Sequence[Proposal]) -> DomainError | None:
    refused = rules.emptying_refusal([(each.number, each.contributions_count) for each in left])
    for hold in HOLDS:
        refused = refused or hold(contribution_id, [each.id for each in left])
    return refused


def _wording(proposal: Proposal) -> dict[str, str]:
    theme = db.session.get(Theme, proposal.theme_id) if proposal.theme_id else None
    return {
        "title": proposal.title,
        "summary": proposal.summary,
        "theme": theme.name if theme else "",
    }


def _corrected(
    subject: Proposal | Contribution,
    changed: Sequence[Change],
    reason: str,
    addresses: Collection[str],
    ctx: Context,
) -> Correction:
    """Keep a correction, and send it to whom it concerns."""
    proposal = subject if isinstance(subject, Proposal) else None
    contribution = subject if isinstance(subject, Contribution) else None
    consultation = db.session.get_one(Consultation, ctx.consultation_id)
    correction = Correction(
        id=uuid4(),
        consultation_id=consultation.id,
        proposal_id=proposal.id if proposal else None,
        contribution_id=contribution.id if contribution else None,
        reason=reason.strip(),
        changes=[asdict(change) for change in changed],
        told=len(addresses),
        corrected_at=ctx.instant,
        corrected_by_id=ctx.actor.person_id,
    )
    db.session.add(correction)
    db.session.flush()
    message = CorrectionSent(
        consultation=consultation.title,
        slug=consultation.slug,
        kind="proposal" if proposal else "contribution",
        number=subject.number or 0,
        reason=reason.strip(),
        changes=[
            {"label": change.label, "before": change.before, "after": change.after}
            for change in changed
        ],
    )
    for address in sorted(addresses):
        send(message, to=address)
    return correction
