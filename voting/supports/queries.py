"""Reads about public proposals and who supports them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.authority.mandates.models import Mandate
from app.authority.memberships.models import Membership
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.queries import giving
from app.calendar.models import Consultation
from app.db import db
from app.identity.models import Person
from app.paging import Page, cut, page_of
from app.territories.models import Territory
from app.texts import numbered, respelt
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal, Stage, proposal_contribution
from voting.supports.models import Support

PAGE_SIZE = 20
SUPPORTERS_PAGE_SIZE = 120
# Among so many titles, the word that was meant is looked for.
LIKE_TITLES = 8

# The helper structure by whose mandate a support was given, if any.
_VIA = func.coalesce(Mandate.helper, "")


class Order(StrEnum):
    RELEVANT = "pertinence"
    SUPPORTS = "soutiens"
    NUMBER = "numero"


def public_proposals(
    consultation_id: UUID,
    *,
    words: str = "",
    theme_id: UUID | None = None,
    decision: Stage | None = None,
    order: Order = Order.SUPPORTS,
    page: int = 1,
) -> Page[Proposal]:
    """The published proposals, by theme, decision or words: theirs, or of what they gather.

    With words the most relevant come first when asked: whose number or whose own words they are.
    """
    query = _published(consultation_id).options(joinedload(Proposal.theme))
    if words:
        query = query.where(_speaks_of(words))
    if theme_id is not None:
        query = query.where(Proposal.theme_id == theme_id)
    if decision is not None:
        query = query.where(Proposal.stage == decision)
    keys: list[ColumnElement[int]] = [Proposal.number.asc()]
    if order is Order.SUPPORTS:
        keys.insert(0, Proposal.supports_count.desc())
    if order is Order.RELEVANT and words:
        rank = func.ts_rank_cd(Proposal.search, func.french_query(words))
        number = numbered(words)
        named = (Proposal.number != number) if number is not None else literal(False)
        return page_of(query.order_by(named, rank.desc(), *keys), number=page, size=PAGE_SIZE)
    return page_of(query.order_by(*keys), number=page, size=PAGE_SIZE)


def _speaks_of(words: str) -> ColumnElement[bool]:
    """That a published proposal, or a contribution it gathers, has these words, or the number."""
    sought = func.french_query(words)
    gathering = select(proposal_contribution.c.proposal_id).join(
        Contribution, Contribution.id == proposal_contribution.c.contribution_id
    )
    found = or_(
        Proposal.search.bool_op("@@")(sought),
        Proposal.id.in_(
            gathering.where(
                Contribution.search.bool_op("@@")(sought), Contribution.hidden_at.is_(None)
            )
        ),
    )
    number = numbered(words)
    return found if number is None else or_(Proposal.number == number, found)


def meant(consultation_id: UUID, words: str) -> str | None:
    """What may have been meant by words that no proposal has, by the titles that look like them."""
    published = _published(consultation_id).subquery()
    likeness = func.word_similarity(func.unaccent(words), func.unaccent(published.c.title))
    titles = select(published.c.title).order_by(likeness.desc()).limit(LIKE_TITLES)
    return respelt(words, db.session.scalars(titles))


def public_proposal(consultation_id: UUID, number: int) -> Proposal | None:
    """A published proposal by its number, with its theme."""
    return db.session.scalar(
        _published(consultation_id)
        .options(joinedload(Proposal.theme))
        .where(Proposal.number == number)
    )


@dataclass(frozen=True)
class Supporter:
    """A collectivity that supports a proposal, `via` a helper structure when one said it for it."""

    territory: Territory
    via: str


def supporters(proposal: Proposal, page: int = 1) -> Page[Supporter]:
    """The collectivities that support a proposal, by name."""
    found = (
        select(Territory, _VIA)
        .join(Support, Support.territory_id == Territory.id)
        .outerjoin(Support.mandate)
        .where(Support.proposal_id == proposal.id, Support.withdrawn_at.is_(None))
        .order_by(Territory.name_key, Territory.code)
    )
    rows = db.session.execute(cut(found, number=page, size=SUPPORTERS_PAGE_SIZE))
    return Page(
        items=[Supporter(territory, via) for territory, via in rows],
        size=SUPPORTERS_PAGE_SIZE,
        number=page,
        total=proposal.supports_count,
    )


def current_supports(
    territory_ids: Collection[UUID], proposal_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], Support]:
    """The supports of these territories to these proposals, by territory and proposal.

    With the helper structures by whose mandate they were given.
    """
    if not territory_ids or not proposal_ids:
        return {}
    rows = db.session.scalars(
        select(Support)
        .options(joinedload(Support.mandate).load_only(Mandate.helper, Mandate.helper_id))
        .where(
            Support.territory_id.in_(territory_ids),
            Support.proposal_id.in_(proposal_ids),
            Support.withdrawn_at.is_(None),
        )
    )
    return {(support.territory_id, support.proposal_id): support for support in rows}


def supporters_written_to(proposal_id: UUID) -> Sequence[str]:
    """The addresses of those who gave a proposal its current supports."""
    return db.session.scalars(
        select(Person.email)
        .join(Act, Act.person_id == Person.id)
        .join(Support, giving(Support.id))
        .where(
            Support.proposal_id == proposal_id, Support.withdrawn_at.is_(None), Person.email != ""
        )
        .distinct()
    ).all()


def people_supporting(consultation_id: UUID) -> set[UUID]:
    """The members of the collectivities that support something in a consultation."""
    supporting = (
        select(Support.territory_id)
        .join(Support.proposal)
        .where(Proposal.consultation_id == consultation_id, Support.withdrawn_at.is_(None))
    )
    return set(
        db.session.scalars(
            select(Membership.person_id).where(
                Membership.territory_id.in_(supporting),
                Membership.given_at.is_not(None),
                Membership.ended_at.is_(None),
            )
        )
    )


@dataclass(frozen=True)
class GivenSupport:
    """A support of a territory, its consultation, who gave it: their name is for members only.

    `via` is the helper structure by whose mandate they gave it, empty
    for a colleague.
    """

    proposal: Proposal
    consultation: Consultation
    given_at: datetime
    given_by: str
    function: str
    via: str


def supports_given(territory_id: UUID) -> list[GivenSupport]:
    """What a collectivity supports, in every consultation, latest first."""
    rows = db.session.execute(
        select(Support, Consultation, Person, _VIA)
        .join(Support.proposal)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .outerjoin(Act, giving(Support.id))
        .outerjoin(Person, Person.id == Act.person_id)
        .outerjoin(Mandate, Mandate.id == Act.right_id)
        .options(contains_eager(Support.proposal))
        .where(Support.territory_id == territory_id, Support.withdrawn_at.is_(None))
        .order_by(Support.given_at.desc())
    )
    return [
        GivenSupport(
            support.proposal,
            consultation,
            support.given_at,
            person.display_name if person else "",
            person.function if person else "",
            via,
        )
        for support, consultation, person, via in rows
    ]


def _published(consultation_id: UUID) -> Select[Proposal]:
    return select(Proposal).where(
        Proposal.consultation_id == consultation_id, Proposal.stage != Stage.WRITTEN
    )
