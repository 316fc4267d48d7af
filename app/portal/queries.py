"""Reads that cross the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import joinedload

from app.authority.mandates.models import Mandate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import is_current
from app.authority.rights.acts.models import Act
from app.calendar.models import Consultation
from app.calendar.publications.queries import is_published
from app.db import db
from app.gate.verbs import DRAFT, SUBMIT
from app.phases import PublicationKind
from consultation.contributions.models import Contribution, Status, contribution_place
from consultation.proposals.models import Proposal, Stage
from delivery.services.models import Service
from funding.envelope.models import Envelope
from voting.ami.models import Part, Participation
from voting.copil.models import Verdict

_PUBLISHED = Proposal.stage != Stage.WRITTEN


@dataclass(frozen=True)
class Figures:
    """What everyone may know of the proposals of a consultation, and its envelope in cents."""

    proposals: int
    supports: int
    selected: int
    envelope_cents: int


def figures(
    consultation_id: UUID, *, beside: Sequence[ScalarSelect[int]] = ()
) -> tuple[Figures, Sequence[int]]:
    """Proposals published, current supports (from the counters), proposals selected.

    With other counts of the same page, `beside`, in the same statement.
    """
    envelope = select(Envelope.total_cents).where(Envelope.consultation_id == consultation_id)
    proposals, supports, selected, envelope_cents, *others = db.session.execute(
        select(
            func.count().filter(_PUBLISHED),
            func.coalesce(func.sum(Proposal.supports_count).filter(_PUBLISHED), 0),
            func.count().filter(Proposal.stage == Stage.SELECTED),
            func.coalesce(envelope.scalar_subquery(), 0),
            *beside,
        ).where(Proposal.consultation_id == consultation_id)
    ).one()
    return Figures(proposals, int(supports), selected, envelope_cents), others


def counted(counts: Sequence[ScalarSelect[int]]) -> Sequence[int]:
    """These counts, in one statement."""
    return db.session.execute(select(*counts)).one()


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
    """A selected proposal and its referents, the first to come first.

    With their territories, and the helper structures by whose mandate they are.
    """

    proposal: Proposal
    referents: list[Participation] = field(default_factory=list)


def selected_with_referents(consultation_id: UUID, limit: int = 6) -> list[Led]:
    """The selected proposals with most supports, once known; none before."""
    chosen = (
        select(Proposal.id)
        .where(
            Proposal.consultation_id == consultation_id,
            Proposal.stage == Stage.SELECTED,
            is_published(PublicationKind.SELECTION, Proposal.consultation_id),
        )
        .order_by(Proposal.supports_count.desc(), Proposal.number)
        .limit(limit)
    )
    current = (
        (Participation.proposal_id == Proposal.id)
        & (Participation.part == Part.REFERENT)
        & Participation.left_at.is_(None)
    )
    rows = db.session.execute(
        select(Proposal, Participation)
        .outerjoin(Participation, current)
        .options(
            joinedload(Participation.territory),
            joinedload(Participation.mandate).load_only(Mandate.helper),
        )
        .where(Proposal.id.in_(chosen))
        .order_by(
            Proposal.supports_count.desc(),
            Proposal.number,
            Participation.joined_at,
            Participation.territory_id,
        )
    )
    led: dict[UUID, Led] = {}
    for proposal, referent in rows:
        one = led.setdefault(proposal.id, Led(proposal))
        if referent is not None:
            one.referents.append(referent)
    return list(led.values())


def first_services(consultation_id: UUID, limit: int = 6) -> Sequence[Service]:
    """A few of the services, by number, with their carriers, once published; none before."""
    return db.session.scalars(
        select(Service)
        .options(joinedload(Service.carrier_territory))
        .where(
            Service.consultation_id == consultation_id,
            is_published(PublicationKind.SERVICES, Service.consultation_id),
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


def members_and_requests(territory_id: UUID, instant: datetime) -> tuple[list[Membership], int]:
    """The current memberships of a territory, with their people, and how many requests wait."""
    current = is_current(instant)
    rows = db.session.execute(
        select(Membership, current)
        .options(joinedload(Membership.person))
        .where(
            Membership.territory_id == territory_id,
            Membership.ended_at.is_(None),
            Membership.contested_at.is_(None),
            current | Membership.wanted.is_not(None),
        )
        .order_by(Membership.referent.desc(), Membership.level.desc(), Membership.given_at)
    ).all()
    members = [membership for membership, is_member in rows if is_member]
    return members, sum(membership.wanted is not None for membership, _ in rows)


@dataclass(frozen=True)
class Posted:
    """A contribution of a territory, in which consultation, and via which helper structure."""

    contribution: Contribution
    consultation: Consultation
    via: str


def contributions_of_territory(territory_id: UUID, *, for_members: bool = False) -> list[Posted]:
    """What was deposited in a territory's name, in every consultation, latest first.

    With `for_members`, what was withdrawn, and the drafts shared with them, as well.
    """
    drafted = Contribution.status == Status.DRAFT
    verb = case((drafted, DRAFT.name), else_=SUBMIT.name)
    shown = Contribution.status == Status.SUBMITTED
    if for_members:
        shown |= Contribution.status == Status.WITHDRAWN
        shown |= drafted & (Mandate.id.is_not(None) | Contribution.shared)
    rows = db.session.execute(
        select(Contribution, Consultation, func.coalesce(Mandate.helper, ""))
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Act, (Act.subject_id == Contribution.id) & (Act.verb == verb))
        .outerjoin(Mandate, Mandate.id == Act.right_id)
        .where(contribution_place.c.territory_id == territory_id, shown)
        .order_by(func.coalesce(Contribution.submitted_at, Contribution.updated_at).desc())
        .limit(200)
    )
    return [Posted(contribution, consultation, via) for contribution, consultation, via in rows]
