"""Reads of corrections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.identity.models import Person
from app.paging import Page, page_of
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal, Stage, proposal_contribution
from consultation.proposals.queries import proposals_numbered
from consultation.triage.corrections.models import Correction

PAGE_SIZE = 20


def _latest() -> Select[Correction]:
    return (
        select(Correction)
        .options(
            joinedload(Correction.proposal).load_only(Proposal.number, Proposal.title),
            joinedload(Correction.contribution).load_only(Contribution.number),
        )
        .order_by(Correction.corrected_at.desc(), Correction.id)
    )


def corrections(
    consultation_id: UUID, page: int = 1, *, proposal: int | None = None
) -> Page[Correction]:
    """The corrections of a consultation, or of one proposal by its number, the latest first."""
    found = _latest().where(Correction.consultation_id == consultation_id)
    if proposal is not None:
        found = found.where(Correction.proposal.has(Proposal.number == proposal))
    return page_of(found, number=page, size=PAGE_SIZE)


def corrections_of(subject_id: UUID) -> Sequence[Correction]:
    """The corrections of a proposal, or of what becomes of a contribution, the latest first."""
    subject = (Correction.proposal_id == subject_id) | (Correction.contribution_id == subject_id)
    return db.session.scalars(_latest().where(subject)).all()


def published(consultation_id: UUID, numbers: Collection[int]) -> list[Proposal]:
    """The published proposals of these numbers, by number; the others are left out."""
    found = proposals_numbered(consultation_id, numbers)
    return [each for each in found if each.stage is not Stage.WRITTEN]


def authors_of(proposal_id: UUID) -> Collection[str]:
    """The addresses of the authors of the contributions that a proposal gathers."""
    return db.session.scalars(
        select(Person.email)
        .join(Contribution, Contribution.author_id == Person.id)
        .join(proposal_contribution, proposal_contribution.c.contribution_id == Contribution.id)
        .where(proposal_contribution.c.proposal_id == proposal_id, Person.email != "")
        .distinct()
    ).all()


def author_of(contribution: Contribution) -> str:
    """The address of a contribution's author; empty when it has none."""
    if contribution.author_id is None:
        return ""
    return db.session.scalar(select(Person.email).where(Person.id == contribution.author_id)) or ""
