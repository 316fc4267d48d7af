"""What a person did in a territory's name, wherever it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.calendar.models import Consultation
from app.db import db
from app.territories.memberships.models import Membership
from consultation.contributions.models import Contribution, Status, contribution_place
from consultation.proposals.models import Proposal
from voting.ami.models import Participation
from voting.supports.models import Support


@dataclass(frozen=True)
class Acts:
    """What stands of what a person did for a territory, each with the consultation's slug."""

    supports: Sequence[tuple[Support, str]]
    participations: Sequence[tuple[Participation, str]]
    contributions: Sequence[tuple[Contribution, str]]

    def __bool__(self) -> bool:
        return bool(self.supports or self.participations or self.contributions)


def acts_of(membership: Membership) -> Acts:
    """The supports, participations and contributions of a membership that stand, oldest first."""
    person_id, territory_id = membership.person_id, membership.territory_id
    supports = db.session.execute(
        select(Support, Consultation.slug)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Support.proposal))
        .where(
            Support.given_by_id == person_id,
            Support.territory_id == territory_id,
            Support.withdrawn_at.is_(None),
        )
        .order_by(Support.given_at)
    ).all()
    participations = db.session.execute(
        select(Participation, Consultation.slug)
        .join(Proposal, Proposal.id == Participation.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Participation.proposal))
        .where(
            Participation.joined_by_id == person_id,
            Participation.territory_id == territory_id,
            Participation.left_at.is_(None),
        )
        .order_by(Participation.joined_at)
    ).all()
    contributions = db.session.execute(
        select(Contribution, Consultation.slug)
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(
            Contribution.author_id == person_id,
            contribution_place.c.territory_id == territory_id,
            Contribution.status == Status.SUBMITTED,
        )
        .order_by(Contribution.submitted_at)
    ).all()
    return Acts(
        [(row[0], row[1]) for row in supports],
        [(row[0], row[1]) for row in participations],
        [(row[0], row[1]) for row in contributions],
    )


def support(support_id: UUID) -> Support | None:
    """A support with its proposal and territory, to annul it."""
    return db.session.scalar(
        select(Support)
        .options(joinedload(Support.proposal), joinedload(Support.territory))
        .where(Support.id == support_id)
    )
