"""What a contested right did in a territory's name, wherever it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.calendar.models import Consultation
from app.db import db
from app.territories.memberships.contests.models import Contest
from consultation.contributions.models import Contribution, Status, contribution_place
from consultation.proposals.models import Proposal
from consultation.triage.models import Outcome
from voting.ami.models import Participation
from voting.supports.models import Support


@dataclass(frozen=True)
class Deposit:
    """A contribution, and whether the triage is what decides of it from now on.

    `triaged`: it has an outcome; `published`: so have all, for everyone.
    """

    contribution: Contribution
    slug: str
    triaged: bool
    published: bool


@dataclass(frozen=True)
class Acts:
    """What stands of what a right did for a territory, each with the consultation's slug."""

    supports: Sequence[tuple[Support, str]]
    participations: Sequence[tuple[Participation, str]]
    deposits: Sequence[Deposit]

    def __bool__(self) -> bool:
        return bool(self.supports or self.participations or self.deposits)


def acts_of(contest: Contest) -> Acts:
    """The supports, participations and contributions of a contested right that stand, by date."""
    supports = db.session.execute(
        select(Support, Consultation.slug)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Support.proposal))
        .where(
            _done_by(contest, Support.given_by_id, Support.mandate_id),
            Support.territory_id == contest.right.territory_id,
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
            _done_by(contest, Participation.joined_by_id, Participation.mandate_id),
            Participation.territory_id == contest.right.territory_id,
            Participation.left_at.is_(None),
        )
        .order_by(Participation.joined_at)
    ).all()
    deposits = db.session.execute(
        select(
            Contribution, Consultation.slug, Outcome.contribution_id.is_not(None),
            Consultation.proposals_published_at.is_not(None),
        )
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(
            _done_by(contest, Contribution.author_id, Contribution.mandate_id),
            contribution_place.c.territory_id == contest.right.territory_id,
            Contribution.status == Status.SUBMITTED,
        )
        .order_by(Contribution.submitted_at)
    ).all()  # fmt: skip
    return Acts(
        [(row[0], row[1]) for row in supports],
        [(row[0], row[1]) for row in participations],
        [Deposit(*row) for row in deposits],
    )


def _done_by(
    contest: Contest, person: InstrumentedAttribute[UUID | None],
    mandate: InstrumentedAttribute[UUID | None],
) -> ColumnElement[bool]:  # fmt: skip
    """What is true of an act of the contested right, as `rules.comes_from` says."""
    origin = contest.origin
    if origin.mandate_id is not None:
        return mandate == origin.mandate_id
    return and_(person == origin.person_id, mandate.is_(None))


def support(support_id: UUID) -> Support | None:
    """A support with its proposal and territory, to annul it."""
    return db.session.scalar(
        select(Support)
        .options(joinedload(Support.proposal), joinedload(Support.territory))
        .where(Support.id == support_id)
    )


def participation(participation_id: UUID) -> Participation | None:
    """A part taken, with its proposal and territory, to annul it."""
    return db.session.scalar(
        select(Participation)
        .options(joinedload(Participation.proposal), joinedload(Participation.territory))
        .where(Participation.id == participation_id)
    )


def contribution(contribution_id: UUID) -> Contribution | None:
    """A contribution that was deposited, with its places, to annul it."""
    return db.session.scalar(
        select(Contribution)
        .options(selectinload(Contribution.places))
        .where(Contribution.id == contribution_id, Contribution.number.is_not(None))
    )
