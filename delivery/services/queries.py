"""Reads of the committee's second choice: what may be chosen, what is, who is sent an e-mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.db import db
from app.errors import N_, Conflict, NotFound
from app.identity.models import Person
from app.paging import Page, page_of
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Proposal, Stage, proposal_contribution
from delivery.services.models import Service

PAGE_SIZE = 20


def chosen_services(consultation_id: UUID) -> Sequence[Service]:
    """Every service of a consultation, published or not, by proposal, with what they come from."""
    return db.session.scalars(
        _services(consultation_id).order_by(Proposal.number, Service.number)
    ).all()


def chosen_service(consultation_id: UUID, number: int) -> Service | None:
    """The service of a number, published or not, with what it comes from."""
    return db.session.scalar(_services(consultation_id).where(Service.number == number))


def _services(consultation_id: UUID) -> Select[Service]:
    return (
        select(Service)
        .join(Service.proposal)
        .options(
            contains_eager(Service.proposal),
            joinedload(Service.contribution),
            joinedload(Service.carrier_territory),
        )
        .where(Service.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    )


def selected_proposals(consultation_id: UUID) -> Sequence[Proposal]:
    """The proposals services may be drawn from, by number."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.consultation_id == consultation_id, Proposal.stage == Stage.SELECTED)
        .order_by(Proposal.number)
    ).all()


@dataclass(frozen=True)
class ProposalSum:
    """What the services drawn from one selected proposal come to. Amounts in cents."""

    proposal: Proposal
    services: int
    total_cents: int
    state_cents: int


def sums(proposals: Sequence[Proposal], services: Sequence[Service]) -> list[ProposalSum]:
    """What the services come to, proposal by proposal, those without any included."""
    summed = []
    for proposal in proposals:
        drawn = [service for service in services if service.proposal_id == proposal.id]
        summed.append(
            ProposalSum(
                proposal,
                len(drawn),
                sum(service.total_cents for service in drawn),
                sum(service.state_cents for service in drawn),
            )
        )
    return summed


@dataclass(frozen=True)
class Candidate:
    """A contribution a service may be drawn from, the selected proposals it joined, and the
    service already drawn from it, if any."""

    contribution: Contribution
    proposals: Sequence[Proposal]
    service: Service | None = None


def candidates(
    consultation_id: UUID, *, words: str = "", proposal: int | None = None, page: int = 1
) -> Page[Candidate]:
    """The contributions grouped into selected proposals, by words or by one proposal's number."""
    query = _drawable(consultation_id, proposal)
    if words:
        search = func.french_query(words)
        query = query.where(Contribution.search.op("@@")(search))
    query = query.options(joinedload(Contribution.places)).order_by(Contribution.number)
    found = page_of(query, number=page, size=PAGE_SIZE)
    return found.showing(_with_proposals(found.items))


def candidate(consultation_id: UUID, number: int | None) -> Candidate | None:
    """The contribution of a number, if a service may be drawn from it."""
    found = (
        db.session.scalars(
            _drawable(consultation_id)
            .options(joinedload(Contribution.places))
            .where(Contribution.number == number)
        )
        .unique()
        .all()
    )
    return _with_proposals(found)[0] if found else None


def _drawable(consultation_id: UUID, proposal: int | None = None) -> Select[Contribution]:
    joined = (
        select(proposal_contribution.c.contribution_id)
        .join(Proposal, Proposal.id == proposal_contribution.c.proposal_id)
        .where(Proposal.consultation_id == consultation_id, Proposal.stage == Stage.SELECTED)
    )
    if proposal is not None:
        joined = joined.where(Proposal.number == proposal)
    return select(Contribution).where(
        Contribution.consultation_id == consultation_id,
        Contribution.status == Status.SUBMITTED,
        Contribution.id.in_(joined),
    )


def _with_proposals(contributions: Sequence[Contribution]) -> list[Candidate]:
    joined: dict[UUID, list[Proposal]] = {each.id: [] for each in contributions}
    drawn: dict[UUID, Service] = {}
    for contribution_id, proposal, service in db.session.execute(
        select(proposal_contribution.c.contribution_id, Proposal, Service)
        .join(Proposal, Proposal.id == proposal_contribution.c.proposal_id)
        .outerjoin(Service, Service.contribution_id == proposal_contribution.c.contribution_id)
        .where(
            proposal_contribution.c.contribution_id.in_(joined),
            Proposal.stage == Stage.SELECTED,
        )
        .order_by(Proposal.number)
    ):
        joined[contribution_id].append(proposal)
        if service is not None:
            drawn[contribution_id] = service
    return [Candidate(each, joined[each.id], drawn.get(each.id)) for each in contributions]


@dataclass(frozen=True)
class Recipient:
    """An author to send an e-mail to: their address, and the services drawn from what they said."""

    address: str
    services: list[Service] = field(default_factory=list)


def recipients(consultation_id: UUID) -> list[Recipient]:
    """The authors of chosen contributions, and the services drawn from each, by number."""
    rows = db.session.execute(
        select(Person.email, Service)
        .join(Contribution, Contribution.author_id == Person.id)
        .join(Service, Service.contribution_id == Contribution.id)
        .options(joinedload(Service.contribution))
        .where(Service.consultation_id == consultation_id)
        .order_by(Service.number)
    )
    by_address: dict[str, Recipient] = {}
    for email, service in rows:
        by_address.setdefault(email, Recipient(email)).services.append(service)
    return list(by_address.values())


def count_recipients(consultation_id: UUID) -> int:
    """How many people will learn that a service is drawn from their contribution."""
    return db.session.scalars(
        select(func.count(Contribution.author_id.distinct()))
        .join(Service, Service.contribution_id == Contribution.id)
        .where(Service.consultation_id == consultation_id)
    ).one()


def lock_drawn(contribution_id: UUID, consultation_id: UUID | None) -> int:
    """Lock a contribution against a colleague who would draw from it too; returns its number.

    Raises NotFound when it is of another consultation, Conflict when it was withdrawn.
    """
    locked = db.session.execute(
        select(Contribution.number, Contribution.status)
        .where(Contribution.id == contribution_id, Contribution.consultation_id == consultation_id)
        .with_for_update()
    ).one_or_none()
    if locked is None or locked.number is None:
        raise NotFound(N_("Cette contribution n’existe pas dans cette consultation."))
    if locked.status is not Status.SUBMITTED:
        raise Conflict(
            N_("La contribution n° %(number)s a été retirée par son auteur."), number=locked.number
        )
    return int(locked.number)


def lock_service(service_id: UUID, consultation_id: UUID | None) -> Service | None:
    """Lock a service until the transaction ends, and read it again; None once dropped."""
    return db.session.scalar(
        select(Service)
        .where(Service.id == service_id, Service.consultation_id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def is_gathered(contribution_id: UUID, proposal_id: UUID, consultation_id: UUID | None) -> bool:
    """Whether a proposal the committee selected gathers a contribution."""
    found = db.session.scalar(
        select(Proposal.id)
        .join(proposal_contribution)
        .where(
            proposal_contribution.c.contribution_id == contribution_id,
            Proposal.id == proposal_id,
            Proposal.consultation_id == consultation_id,
            Proposal.stage == Stage.SELECTED,
        )
    )
    return found is not None


def contribution_number(contribution_id: UUID) -> int:
    """The public number of a contribution; 0 for a draft, which has none."""
    number = select(Contribution.number).where(Contribution.id == contribution_id)
    return db.session.scalars(number).one() or 0


def drawn_refusal(contribution_id: UUID, left: Collection[UUID]) -> Conflict | None:
    """Why a contribution may not leave proposals, or None: a service is drawn from both."""
    service = db.session.scalar(
        select(Service).where(
            Service.contribution_id == contribution_id, Service.proposal_id.in_(left)
        )
    )
    if service is None:
        return None
    return Conflict(
        N_("Le service lauréat « %(name)s » vient de cette contribution."),
        way_out=N_("Elle reste regroupée dans la proposition qui l’a portée."),
        name=service.name,
    )
