"""Reads of triage: what was decided of each contribution, and whether all are accounted for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.calendar.publications.queries import is_published
from app.db import db
from app.errors import N_, Conflict
from app.identity.models import Person
from app.phases import PublicationKind
from consultation.contributions.fates import Fate
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Proposal, proposal_contribution
from consultation.triage.models import Decision, Outcome
from consultation.triage.rules import Conservation

_SUBMITTED = Contribution.status == Status.SUBMITTED
# Outcomes are provisional, and under embargo, until then.
PUBLISHED = is_published(PublicationKind.PROPOSALS, Contribution.consultation_id)


def fates() -> dict[str, Fate]:
    """What readers may ask for of outcomes that are public, by the word of an address."""
    words = {
        "regroupees": (Decision.GROUPED, N_("Regroupées")),
        "reorientees": (Decision.REORIENTED, N_("Réorientées")),
        "ecartees": (Decision.REJECTED, N_("Écartées")),
    }
    return {
        word: Fate(
            label,
            PUBLISHED
            & Contribution.id.in_(
                select(Outcome.contribution_id).where(Outcome.decision == decision)
            ),
        )
        for word, (decision, label) in words.items()
    }


def conservation(consultation_id: UUID) -> Conservation:
    """What became of the contributions of a consultation, counted at one instant."""
    status, decision = Contribution.status, Outcome.decision
    counted = (
        select(
            _count(status != Status.DRAFT),
            _count(status == Status.WITHDRAWN),
            _count(decision == Decision.GROUPED),
            _count(decision == Decision.REORIENTED),
            _count(decision == Decision.REJECTED),
            _count(_SUBMITTED & decision.is_(None)),
        )
        .select_from(Contribution)
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(Contribution.consultation_id == consultation_id)
    )
    return Conservation(*db.session.execute(counted).one())


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


@dataclass(frozen=True)
class Ruling:
    """What was decided of a contribution, and the proposals it joined, by number."""

    outcome: Outcome
    proposals: Sequence[Proposal] = ()


_RULED = (
    select(Outcome, Proposal)
    .outerjoin(
        proposal_contribution, proposal_contribution.c.contribution_id == Outcome.contribution_id
    )
    .outerjoin(Proposal, Proposal.id == proposal_contribution.c.proposal_id)
    .options(joinedload(Outcome.scheme))
    .order_by(Proposal.number)
)


def rulings(contribution_ids: Collection[UUID]) -> dict[UUID, Ruling]:
    """What was decided of these contributions, read again from the database."""
    rows = db.session.execute(
        _RULED.where(Outcome.contribution_id.in_(contribution_ids)).execution_options(
            populate_existing=True
        )
    )
    return _by_contribution(rows)


def outcome_of(contribution: Contribution) -> Ruling | None:
    """What was decided of a contribution, for everyone: None until the proposals are published."""
    return published_rulings([contribution.id]).get(contribution.id)


def published_rulings(contribution_ids: Collection[UUID]) -> dict[UUID, Ruling]:
    """What was decided of these contributions, as everyone may know it once it is published."""
    rows = db.session.execute(
        _RULED.join(Contribution, Contribution.id == Outcome.contribution_id).where(
            Outcome.contribution_id.in_(contribution_ids), PUBLISHED
        )
    )
    return _by_contribution(rows)


def _by_contribution(rows: Iterable[tuple[Outcome, Proposal | None]]) -> dict[UUID, Ruling]:
    outcomes: dict[UUID, Outcome] = {}
    joined: dict[UUID, list[Proposal]] = {}
    for outcome, proposal in rows:
        outcomes[outcome.contribution_id] = outcome
        if proposal is not None:
            joined.setdefault(outcome.contribution_id, []).append(proposal)
    return {id_: Ruling(outcome, joined.get(id_, [])) for id_, outcome in outcomes.items()}


@dataclass(frozen=True)
class CaseFile:
    """A contribution to triage, with its theme and places, and what was decided of it so far."""

    contribution: Contribution
    ruling: Ruling | None


def case_file(consultation_id: UUID, number: int) -> CaseFile | None:
    """The file of the submitted contribution of a number."""
    found = (
        db.session.execute(
            select(Contribution, Outcome, Proposal)
            .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
            .outerjoin(
                proposal_contribution, proposal_contribution.c.contribution_id == Contribution.id
            )
            .outerjoin(Proposal, Proposal.id == proposal_contribution.c.proposal_id)
            .options(
                joinedload(Contribution.theme),
                joinedload(Contribution.places),
                joinedload(Outcome.scheme),
            )
            .where(
                Contribution.consultation_id == consultation_id,
                Contribution.number == number,
                _SUBMITTED,
            )
            .order_by(Proposal.number)
            .execution_options(populate_existing=True)
        )
        .unique()
        .all()
    )
    if not found:
        return None
    contribution = found[0][0]
    decided = _by_contribution((outcome, proposal) for _, outcome, proposal in found if outcome)
    return CaseFile(contribution, decided.get(contribution.id))


def contributions_numbered(
    consultation_id: UUID, numbers: Collection[int]
) -> Sequence[Contribution]:
    """The submitted contributions of these numbers, with themes; the others are left out."""
    if not numbers:
        return []
    return db.session.scalars(
        select(Contribution)
        .options(joinedload(Contribution.theme))
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.number.in_(numbers),
            _SUBMITTED,
        )
        .order_by(Contribution.number)
    ).all()


@dataclass(frozen=True)
class Recipient:
    """An author to send an e-mail to: their address, and what became of each contribution."""

    address: str
    rulings: list[tuple[Contribution, Ruling]] = field(default_factory=list)


def recipients(consultation_id: UUID) -> list[Recipient]:
    """The authors of decided contributions, and what became of each, by number."""
    rows = db.session.execute(
        select(Person.email, Contribution)
        .join(Person, Person.id == Contribution.author_id)
        .join(Outcome, Outcome.contribution_id == Contribution.id)
        .where(Contribution.consultation_id == consultation_id)
        .order_by(Contribution.number)
    ).all()
    decided = rulings([contribution.id for _, contribution in rows])
    by_address: dict[str, Recipient] = {}
    for email, contribution in rows:
        by_address.setdefault(email, Recipient(email)).rulings.append(
            (contribution, decided[contribution.id])
        )
    return list(by_address.values())


def count_recipients(consultation_id: UUID) -> int:
    """How many people will receive what became of their contributions."""
    return db.session.scalars(
        select(func.count(Contribution.author_id.distinct())).where(
            Contribution.consultation_id == consultation_id, _SUBMITTED
        )
    ).one()


def lock_contributions(contributions: Sequence[Contribution]) -> dict[UUID, Ruling]:
    """Lock contributions against a colleague, and read what was decided of them by now.

    Raises Conflict when one of them was withdrawn or annulled.
    """
    ids = [contribution.id for contribution in contributions]
    db.session.scalars(
        select(Contribution)
        .where(Contribution.id.in_(ids))
        .order_by(Contribution.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for contribution in contributions:
        if contribution.status is not Status.SUBMITTED:
            raise Conflict(
                N_("La contribution n° %(number)s a été retirée par son auteur, ou annulée."),
                way_out=N_("Il n’y a plus rien à décider : passez à la suivante."),
                number=contribution.number,
            )
    return rulings(ids)
