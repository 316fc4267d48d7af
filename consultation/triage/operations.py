"""Moderators decide what becomes of each contribution, until the proposals are published.

Decisions take the consultation's lock, shared; the publication takes it alone, so that
nothing is decided, imported or undone while it counts. Each act raises NotFound about what belongs
to another consultation than the one acted in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from app.calendar.publications.queries import lock_publications
from app.context import enter
from app.errors import N_, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import TRIAGE
from app.journal.operations import record_all
from app.phases import Phase, PublicationKind
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from consultation.proposals.queries import lock_proposals
from consultation.proposals.rules import change_refusal
from consultation.triage import rules
from consultation.triage.events import OutcomeUndone
from consultation.triage.models import Decision, Outcome
from consultation.triage.outcomes import (
    Choice,
    decided_otherwise,
    join,
    leave,
    number_of,
    write_outcomes,
)
from consultation.triage.queries import Ruling, lock_contributions, rulings
from funding.schemes.models import Scheme


def group(
    contribution: Contribution,
    *,
    proposals: Collection[Proposal],
    replacing: int | None = None,
    ctx: Context,
) -> Outcome:
    """Group a contribution into one or several proposals: it joins them and stays what it is.

    `replacing` is the version of the decision one saw and changes: it is undone first. Raises
    NotAllowed, PhaseClosed before the close of the collection, Invalid without a proposal,
    Conflict when it was decided otherwise meanwhile, withdrawn, or once the proposals are
    published. The same decision again is no error.
    """
    return group_all([contribution], proposals=proposals, replacing=replacing, ctx=ctx)[0]


def group_all(
    contributions: Sequence[Contribution],
    *,
    proposals: Collection[Proposal],
    replacing: int | None = None,
    ctx: Context,
) -> list[Outcome]:
    """Group contributions of one consultation into the same proposals, all of them or none.

    Raises as `group` does.
    """
    if not proposals:
        raise Invalid(N_("Choisissez au moins une proposition, ou donnez le titre d’une nouvelle."))
    choice = Choice(Decision.GROUPED, proposals=tuple(dict.fromkeys(proposals)))
    return _decide(contributions, choice, replacing, ctx)


def reorient(
    contribution: Contribution,
    *,
    scheme: Scheme,
    reason: str,
    replacing: int | None = None,
    ctx: Context,
) -> Outcome:
    """Reorient a contribution to a neighbouring scheme, with a reason sent to its author.

    Raises as `group` does, and Invalid without a reason.
    """
    if refused := rules.reason_refusal(reason):
        raise refused
    choice = Choice(Decision.REORIENTED, scheme=scheme, reason=reason.strip())
    return _decide([contribution], choice, replacing, ctx)[0]


def reject(
    contribution: Contribution, *, reason: str, replacing: int | None = None, ctx: Context
) -> Outcome:
    """Reject a contribution as ineligible, with a reason sent to its author.

    Raises as `group` does, and Invalid without a reason.
    """
    if refused := rules.reason_refusal(reason):
        raise refused
    choice = Choice(Decision.REJECTED, reason=reason.strip())
    return _decide([contribution], choice, replacing, ctx)[0]


def undo(contribution: Contribution, *, seen: int | None = None, ctx: Context) -> Contribution:
    """Undo what was decided of a contribution: it waits again, and leaves its proposals.

    `seen` is the version of the decision one means to undo. Raises NotAllowed, PhaseClosed,
    Conflict when a colleague took another one since, or once the proposals are published. A
    contribution that waits already stays so.
    """
    return undo_all([contribution], seen=seen, ctx=ctx)[0]


def undo_all(
    contributions: Sequence[Contribution], *, seen: int | None = None, ctx: Context
) -> Sequence[Contribution]:
    """Undo what was decided of contributions of one consultation, all of it or nothing.

    Raises as `undo` does.
    """
    if not contributions:
        return contributions
    consultation_id = contributions[0].consultation_id
    ctx = _enter_triage(contributions, ctx)
    decided = lock_contributions(contributions)
    undone = [contribution for contribution in contributions if contribution.id in decided]
    for contribution in undone:
        if seen not in (None, decided[contribution.id].outcome.version):
            raise decided_otherwise(contribution, decided[contribution.id], rules.LOOK_AGAIN)
    lock_proposals(consultation_id, [p.id for ruling in decided.values() for p in ruling.proposals])
    _undo(undone, decided, ctx)
    return contributions


def _decide(
    contributions: Sequence[Contribution],
    choice: Choice,
    replacing: int | None,
    ctx: Context,
) -> list[Outcome]:
    if not contributions:
        return []
    consultation_id = contributions[0].consultation_id
    ctx = _enter_triage([*contributions, *([choice.scheme] if choice.scheme else [])], ctx)
    decided = lock_contributions(contributions)
    changed = [
        c for c in contributions if c.id not in decided or not choice.is_already(decided[c.id])
    ]
    for contribution in changed:
        ruling = decided.get(contribution.id)
        if ruling is not None and ruling.outcome.version != replacing:
            raise decided_otherwise(contribution, ruling, rules.INSIST)
    if changed:
        undone = [c for c in changed if c.id in decided]
        left = [p for c in undone for p in decided[c.id].proposals]
        lock_proposals(consultation_id, [p.id for p in (*left, *choice.proposals)])
        _undo(undone, decided, ctx)
        join(changed, choice.proposals)
        write_outcomes(changed, choice, ctx)
        record_all([choice.event(contribution) for contribution in changed], ctx=ctx)
    current = rulings([contribution.id for contribution in contributions])
    return [current[contribution.id].outcome for contribution in contributions]


def _enter_triage(touched: Sequence[Contribution | Scheme], ctx: Context) -> Context:
    """Keep the publication away until the transaction ends, and see that it has not come."""
    lock_publications(touched[0].consultation_id)
    ctx = enter(ctx, Phase.COLLECTION)
    for each in touched:
        check(ctx, TRIAGE, within=each.consultation_id)
    if refused := change_refusal(ctx.is_published(PublicationKind.PROPOSALS)):
        raise refused
    return ctx


def _undo(
    contributions: Sequence[Contribution], decided: Mapping[UUID, Ruling], ctx: Context
) -> None:
    """Undo decisions on contributions that are locked, as are the proposals they joined."""
    if not contributions:
        return
    leave(contributions, [p for each in contributions for p in decided[each.id].proposals])
    record_all(
        [OutcomeUndone(subject_id=str(c.id), number=number_of(c)) for c in contributions], ctx=ctx
    )
