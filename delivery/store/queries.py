"""Reads of the public catalogue: nothing before the laureate services are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.authority.mandates.models import Mandate
from app.calendar.publications.queries import is_published
from app.db import db
from app.paging import Page, page_of
from app.phases import PublicationKind
from app.territories.models import Territory
from consultation.contributions.models import Contribution, contribution_place
from consultation.proposals.models import Proposal
from delivery.services.models import Service
from voting.ami.models import Part, Participation

PAGE_SIZE = 12

# The contribution a service is drawn from, with the helper structure that deposited it, if any.
_ORIGIN = joinedload(Service.contribution).options(
    selectinload(Contribution.places), joinedload(Contribution.mandate).load_only(Mandate.helper)
)


@dataclass(frozen=True)
class Laureates:
    """The public services of a consultation in figures, all 0 until published. In cents."""

    count: int = 0
    state_cents: int = 0
    total_cents: int = 0


def public_services(
    consultation_id: UUID, *, words: str = "", theme_id: UUID | None = None, page: int = 1
) -> Page[Service]:
    """The public services, by words of theirs or of their carrier's name, or by theme."""
    query = _public(consultation_id)
    if words:
        query = query.where(_contains(words))
    if theme_id is not None:
        query = query.where(Proposal.theme_id == theme_id)
    return page_of(
        query.options(
            contains_eager(Service.proposal).joinedload(Proposal.theme),
            _ORIGIN,
            joinedload(Service.carrier_territory),
        ).order_by(Service.number),
        number=page,
        size=PAGE_SIZE,
    )


def public_service(consultation_id: UUID, number: int) -> Service | None:
    """A public service by its number, with what it comes from and who carries it."""
    return db.session.scalar(
        _public(consultation_id)
        .options(
            contains_eager(Service.proposal).joinedload(Proposal.theme),
            _ORIGIN,
            joinedload(Service.carrier_territory),
        )
        .where(Service.number == number)
    )


def laureates(consultation_id: UUID) -> Laureates:
    """How many services are public, and what they cost: 0 until they are published."""
    summed = _public(consultation_id).with_only_columns(
        func.count(),
        func.coalesce(func.sum(Service.state_cents), 0),
        func.coalesce(func.sum(Service.total_cents), 0),
    )
    return Laureates(*(int(figure) for figure in db.session.execute(summed).one()))


def services_of_territory(territory_id: UUID, consultation_id: UUID) -> Sequence[Service]:
    """The public services a territory carries, or that are drawn from what it contributed."""
    places_spoken_for = select(contribution_place.c.contribution_id).where(
        contribution_place.c.territory_id == territory_id
    )
    return db.session.scalars(
        _public(consultation_id)
        .options(contains_eager(Service.proposal), joinedload(Service.carrier_territory))
        .where(
            or_(
                Service.carrier_territory_id == territory_id,
                Service.contribution_id.in_(places_spoken_for),
            )
        )
        .order_by(Service.number)
    ).all()


def service_of_contribution(contribution_id: UUID) -> Service | None:
    """The public service drawn from a contribution, if there is one."""
    return db.session.scalar(
        select(Service).where(
            Service.contribution_id == contribution_id,
            is_published(PublicationKind.SERVICES, Service.consultation_id),
        )
    )


def count_referents(proposal_id: UUID) -> int:
    """How many territories are referents of a proposal."""
    return db.session.scalars(
        select(func.count())
        .select_from(Participation)
        .where(
            Participation.proposal_id == proposal_id,
            Participation.part == Part.REFERENT,
            Participation.left_at.is_(None),
        )
    ).one()


def _public(consultation_id: UUID) -> Select[Service]:
    return (
        select(Service)
        .join(Service.proposal)
        .where(
            Service.consultation_id == consultation_id,
            is_published(PublicationKind.SERVICES, Service.consultation_id),
        )
    )


def _contains(words: str) -> ColumnElement[bool]:
    search = func.french_query(words)
    named = func.french_vector(Territory.name)
    carried = select(Territory.id).where(
        Territory.id == Service.carrier_territory_id, named.bool_op("@@")(search)
    )
    return or_(Service.search.bool_op("@@")(search), carried.exists())
