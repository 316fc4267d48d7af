"""Reads that cross the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from app.calendar.models import Consultation
from app.db import db
from consultation.contributions.models import Contribution, Status, contribution_place
from consultation.proposals.models import Proposal, Stage


@dataclass(frozen=True)
class Figures:
    """Where a consultation stands, in numbers everyone may know."""

    contributions: int
    proposals: int
    supports: int


def figures(consultation_id: UUID) -> Figures:
    """Contributions deposited, proposals published, supports that stand (from the counters)."""
    published = Proposal.stage != Stage.WRITTEN
    proposals, supports = db.session.execute(
        select(
            func.count(case((published, 1))),
            func.coalesce(func.sum(case((published, Proposal.supports_count), else_=0)), 0),
        ).where(Proposal.consultation_id == consultation_id)
    ).one()
    contributions = db.session.scalar(
        select(func.count())
        .select_from(Contribution)
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.status == Status.SUBMITTED,
        )
    )
    return Figures(contributions or 0, proposals, int(supports))


def most_supported(consultation_id: UUID, limit: int = 5) -> Sequence[Proposal]:
    """The published proposals with most supports."""
    return db.session.scalars(
        select(Proposal)
        .options(joinedload(Proposal.theme))
        .where(Proposal.consultation_id == consultation_id, Proposal.stage != Stage.WRITTEN)
        .order_by(Proposal.supports_count.desc(), Proposal.number)
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Posted:
    """A contribution of a territory, and in which consultation."""

    contribution: Contribution
    consultation: Consultation


def contributions_of_territory(territory_id: UUID) -> list[Posted]:
    """What was deposited in a territory's name, in every consultation, latest first."""
    rows = db.session.execute(
        select(Contribution, Consultation)
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(
            contribution_place.c.territory_id == territory_id,
            Contribution.status == Status.SUBMITTED,
        )
        .order_by(Contribution.submitted_at.desc())
        .limit(200)
    )
    return [Posted(contribution, consultation) for contribution, consultation in rows]
