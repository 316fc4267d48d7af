"""Reads that cross the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.calendar.models import Consultation
from app.db import db
from app.territories.mandates.models import Mandate
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Status, contribution_place
from consultation.proposals.models import Proposal, Stage
from delivery.services.models import Service
from voting.ami.models import Part, Participation
from voting.copil.models import Verdict
from voting.envelope.models import Envelope

_PUBLISHED = Proposal.stage != Stage.WRITTEN


@dataclass(frozen=True)
class Figures:
    """What everyone may know of the proposals of a consultation, and its envelope in cents."""

    proposals: int
    supports: int
    selected: int
    envelope_cents: int


def figures(consultation_id: UUID) -> Figures:
    """Proposals published, supports that stand (from the counters), proposals selected."""
    envelope = select(Envelope.total_cents).where(Envelope.consultation_id == consultation_id)
    proposals, supports, selected, envelope_cents = db.session.execute(
        select(
            func.count().filter(_PUBLISHED),
            func.coalesce(func.sum(Proposal.supports_count).filter(_PUBLISHED), 0),
            func.count().filter(Proposal.stage == Stage.SELECTED),
            func.coalesce(envelope.scalar_subquery(), 0),
        ).where(Proposal.consultation_id == consultation_id)
    ).one()
    return Figures(proposals, int(supports), selected, envelope_cents)


def most_supported(consultation_id: UUID, limit: int = 5) -> Sequence[Proposal]:
    """The published proposals with most supports."""
    return db.session.scalars(
        select(Proposal)
        .options(joinedload(Proposal.theme))
        .where(Proposal.consultation_id == consultation_id, _PUBLISHED)
        .order_by(Proposal.supports_count.desc(), Proposal.number)
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Led:
    """A selected proposal and its referent territories, the first to come first."""

    proposal: Proposal
    referents: list[Territory] = field(default_factory=list)


def selected_with_referents(consultation_id: UUID, limit: int = 6) -> list[Led]:
    """The selected proposals with most supports, once known; none before."""
    chosen = (
        select(Proposal.id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(
            Proposal.consultation_id == consultation_id,
            Proposal.stage == Stage.SELECTED,
            Consultation.selection_published_at.is_not(None),
        )
        .order_by(Proposal.supports_count.desc(), Proposal.number)
        .limit(limit)
    )
    stands = (
        (Participation.proposal_id == Proposal.id)
        & (Participation.part == Part.REFERENT)
        & Participation.left_at.is_(None)
    )
    rows = db.session.execute(
        select(Proposal, Territory)
        .outerjoin(Participation, stands)
        .outerjoin(Territory, Territory.id == Participation.territory_id)
        .where(Proposal.id.in_(chosen))
        .order_by(
            Proposal.supports_count.desc(), Proposal.number, Participation.joined_at, Territory.id
        )
    )
    led: dict[UUID, Led] = {}
    for proposal, territory in rows:
        one = led.setdefault(proposal.id, Led(proposal))
        if territory is not None:
            one.referents.append(territory)
    return list(led.values())


def first_services(consultation_id: UUID, limit: int = 6) -> Sequence[Service]:
    """A few of the services, by number, with their carriers, once published; none before."""
    return db.session.scalars(
        select(Service)
        .join(Consultation, Consultation.id == Service.consultation_id)
        .options(joinedload(Service.carrier_territory))
        .where(
            Service.consultation_id == consultation_id,
            Consultation.services_published_at.is_not(None),
        )
        .order_by(Service.number)
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class CommitteeWork:
    """What the committee has before it: for its members and the moderators only."""

    undecided: int
    unassessed: int
    services: int


def committee_work(consultation_id: UUID) -> CommitteeWork:
    """Proposals without a decision, or whose maturity is not assessed, and services chosen."""
    services = select(func.count(Service.id)).where(Service.consultation_id == consultation_id)
    return CommitteeWork(
        *db.session.execute(
            select(
                func.count().filter(Verdict.proposal_id.is_(None)),
                func.count().filter(Proposal.maturity.is_(None)),
                services.scalar_subquery(),
            )
            .select_from(Proposal)
            .outerjoin(Verdict, Verdict.proposal_id == Proposal.id)
            .where(Proposal.consultation_id == consultation_id, _PUBLISHED)
        ).one()
    )


@dataclass(frozen=True)
class Posted:
    """A contribution of a territory, in which consultation, and via which helper structure."""

    contribution: Contribution
    consultation: Consultation
    via: str


def contributions_of_territory(territory_id: UUID, *, prepared: bool = False) -> list[Posted]:
    """What was deposited in a territory's name, in every consultation, latest first.

    With `prepared`, for its members only, what helpers prepare for it to deposit as well.
    """
    shown = Contribution.status == Status.SUBMITTED
    if prepared:
        shown |= (Contribution.status == Status.DRAFT) & Contribution.mandate_id.is_not(None)
    rows = db.session.execute(
        select(Contribution, Consultation, func.coalesce(Mandate.helper, ""))
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Contribution.mandate)
        .where(contribution_place.c.territory_id == territory_id, shown)
        .order_by(func.coalesce(Contribution.submitted_at, Contribution.updated_at).desc())
        .limit(200)
    )
    return [Posted(contribution, consultation, via) for contribution, consultation, via in rows]
