"""The outcome of a contribution: what is chosen, how it is written, and what it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, insert

from app.db import db, next_value
from app.errors import Conflict
from app.gate.actors import Context
from app.journal.events import Event, FreeText
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal, proposal_contribution
from consultation.triage import rules
from consultation.triage.events import (
    ContributionGrouped,
    ContributionRejected,
    ContributionReoriented,
)
from consultation.triage.models import VERSIONS, Decision, Outcome
from consultation.triage.queries import Ruling
from funding.schemes.models import Scheme


@dataclass(frozen=True)
class Choice:
    """A decision about to be recorded."""

    decision: Decision
    proposals: Sequence[Proposal] = ()
    scheme: Scheme | None = None
    reason: str = ""

    def is_already(self, ruling: Ruling) -> bool:
        outcome = ruling.outcome
        return (
            (self.decision, self.reason) == (outcome.decision, outcome.reason)
            and (self.scheme.id if self.scheme else None) == outcome.scheme_id
            and {p.id for p in self.proposals} == {p.id for p in ruling.proposals}
        )

    def event(self, contribution: Contribution) -> Event:
        id_, number, reason = str(contribution.id), number_of(contribution), FreeText(self.reason)
        if self.decision is Decision.GROUPED:
            numbers = sorted(proposal.number for proposal in self.proposals)
            return ContributionGrouped(
                subject_id=id_, number=number, proposals=" ".join(map(str, numbers))
            )
        if self.scheme is not None:
            return ContributionReoriented(
                subject_id=id_, number=number, scheme=FreeText(self.scheme.name), reason=reason
            )
        return ContributionRejected(subject_id=id_, number=number, reason=reason)


def number_of(contribution: Contribution) -> int:
    """The number of a contribution that was submitted, and therefore has one."""
    assert contribution.number is not None
    return contribution.number


def decided_otherwise(contribution: Contribution, ruling: Ruling, way_out: str) -> Conflict:
    """The refusal that says what a colleague decided of a contribution meanwhile."""
    scheme = ruling.outcome.scheme
    return rules.decided_otherwise(
        number_of(contribution),
        proposals=[proposal.title for proposal in ruling.proposals],
        scheme=scheme.name if scheme else "",
        reason=ruling.outcome.reason,
        way_out=way_out,
    )


def join(contributions: Sequence[Contribution], proposals: Sequence[Proposal]) -> None:
    """Make contributions join proposals, which are locked and count them."""
    if not proposals:
        return
    db.session.execute(
        insert(proposal_contribution),
        [
            {"proposal_id": proposal.id, "contribution_id": contribution.id}
            for proposal in proposals
            for contribution in contributions
        ],
    )
    for proposal in proposals:
        proposal.contributions_count += len(contributions)
    db.session.flush()


def write_outcomes(contributions: Sequence[Contribution], choice: Choice, ctx: Context) -> None:
    """Write the one outcome of each contribution, under one version for all."""
    version = next_value(VERSIONS)
    db.session.execute(
        insert(Outcome),
        [
            {
                "contribution_id": contribution.id,
                "decision": choice.decision,
                "scheme_id": choice.scheme.id if choice.scheme else None,
                "reason": choice.reason,
                "decided_by_id": ctx.actor.person_id,
                "decided_at": ctx.instant,
                "version": version,
            }
            for contribution in contributions
        ],
    )


def leave(contributions: Sequence[Contribution], proposals: Sequence[Proposal]) -> None:
    """Take contributions out of their proposals, each named as often as it is left, and undecided.

    The contributions and the proposals are locked.
    """
    ids = [contribution.id for contribution in contributions]
    for proposal in proposals:
        proposal.contributions_count -= 1
    db.session.flush()
    db.session.execute(
        delete(proposal_contribution).where(proposal_contribution.c.contribution_id.in_(ids))
    )
    db.session.execute(delete(Outcome).where(Outcome.contribution_id.in_(ids)))


def replace_outcome(
    contribution: Contribution, ruling: Ruling, choice: Choice, ctx: Context
) -> None:
    """Put a choice in the place of what was decided of a contribution."""
    leave([contribution], ruling.proposals)
    join([contribution], choice.proposals)
    write_outcomes([contribution], choice, ctx)


def said_of(decided: Choice | Ruling) -> dict[str, str]:
    """What a decision says, in words, and the reason given to the author."""
    chosen = decided if isinstance(decided, Choice) else decided.outcome
    if decided.proposals:
        said = ", ".join(
            _("proposition n°\u00a0%(number)d", number=number)
            for number in sorted(each.number for each in decided.proposals)
        )
    elif chosen.scheme is not None:
        said = _("réorientée vers «\u00a0%(scheme)s\u00a0»", scheme=chosen.scheme.name)
    else:
        said = _("écartée")
    return {"outcome": said, "reason": chosen.reason}
