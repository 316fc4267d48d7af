"""Reads of the proposals, for the agency that writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.errors import N_, Conflict
from app.texts import whole_number
from consultation.contributions.models import Contribution
from consultation.contributions.queries import with_helper
from consultation.proposals.models import Proposal, proposal_contribution


def written_proposals(consultation_id: UUID) -> Sequence[Proposal]:
    """Every proposal of a consultation, published or not, with themes, by number."""
    return db.session.scalars(
        select(Proposal)
        .options(joinedload(Proposal.theme))
        .where(Proposal.consultation_id == consultation_id)
        .order_by(Proposal.number)
        .execution_options(populate_existing=True)
    ).all()


def written_proposal(consultation_id: UUID, number: int) -> Proposal | None:
    """The proposal of a number, published or not, with the contributions it gathers."""
    return db.session.scalar(
        select(Proposal)
        .options(selectinload(Proposal.contributions))
        .where(Proposal.consultation_id == consultation_id, Proposal.number == number)
    )


def proposals_numbered(consultation_id: UUID, numbers: Collection[int]) -> Sequence[Proposal]:
    """The proposals of these numbers, published or not, by number; unknown ones are left out."""
    if not numbers:
        return []
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.consultation_id == consultation_id, Proposal.number.in_(numbers))
        .order_by(Proposal.number)
    ).all()


def search_written(consultation_id: UUID, typed: str, *, limit: int = 12) -> Sequence[Proposal]:
    """The proposals a moderator may mean by what they have typed, those that gather most first.

    `typed` is a number, or words of the title or the summary, accents and case aside.
    """
    spoken = func.lower(func.unaccent(Proposal.title + " " + Proposal.summary))
    words = typed.split()
    matches = [func.strpos(spoken, func.lower(func.unaccent(word))) > 0 for word in words]
    found = select(Proposal).where(Proposal.consultation_id == consultation_id)
    number = whole_number(words[0]) if len(words) == 1 else None
    if number is not None:
        found = found.where(or_(Proposal.number == number, *matches))
    else:
        found = found.where(*matches)
    return db.session.scalars(
        found.order_by(Proposal.contributions_count.desc(), Proposal.number).limit(limit)
    ).all()


def lock_proposals(consultation_id: UUID, ids: Collection[UUID]) -> None:
    """Lock proposals until the transaction ends, and read them again.

    All that an act touches are locked at once, in one order, so that two acts never wait for each
    other. Raises Conflict when one of them was removed meanwhile.
    """
    locked = db.session.scalars(
        select(Proposal)
        .where(Proposal.consultation_id == consultation_id, Proposal.id.in_(ids))
        .order_by(Proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(locked) < len(set(ids)):
        raise Conflict(
            N_("Une proposition vient d’être retirée par une autre personne de l’équipe."),
            way_out=N_("La liste des propositions montre celles qui restent."),
        )


def gathered(proposal_id: UUID) -> Sequence[Contribution]:
    """The contributions a proposal gathers, with their themes, places and mandates."""
    return db.session.scalars(
        select(Contribution)
        .join(proposal_contribution)
        .options(joinedload(Contribution.theme), selectinload(Contribution.places), with_helper())
        .where(proposal_contribution.c.proposal_id == proposal_id)
        .order_by(Contribution.number)
    ).all()
