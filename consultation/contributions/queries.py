"""Reads of contributions: the public list, one of them, a person's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.authority.mandates.models import Mandate
from app.db import advisory_lock, db
from app.errors import N_, NotFound
from app.paging import Page, cut, last_page
from app.territories.models import Territory
from app.territories.queries import in_departement
from app.texts import numbered, respelt
from consultation.contributions.fates import FATES
from consultation.contributions.models import Contribution, Kind, Status, contribution_place
from consultation.contributions.rules import Content

PAGE_SIZE = 20
EXCERPT_LENGTH = 280
# Among so many titles, the word that was meant is looked for.
LIKE_TITLES = 8


def with_helper() -> ExecutableOption:
    """Reading a contribution with the name of the helper structure that deposited it, if any."""
    return joinedload(Contribution.mandate).load_only(Mandate.helper)


def whole() -> Sequence[ExecutableOption]:
    """Reading contributions with their theme, their places and the mandates they were done by."""
    return (
        joinedload(Contribution.theme),
        selectinload(Contribution.places),
        with_helper(),
        joinedload(Contribution.drafting_mandate).load_only(Mandate.helper),
    )


class Order(StrEnum):
    """In what order a list is read; without words to look for, relevance is recency."""

    RELEVANT = "pertinence"
    RECENT = "date"

    @property
    def label(self) -> str:
        return N_("Date de dépôt") if self is Order.RECENT else N_("Pertinence")


@dataclass(frozen=True)
class Filters:
    """What a reader looks for; each part narrows the list when it is set."""

    words: str = ""
    kind: Kind | None = None
    theme_id: UUID | None = None
    territory_id: UUID | None = None
    departement_code: str = ""
    fate: str = ""
    order: Order = Order.RELEVANT


@dataclass(frozen=True)
class Listed:
    """A contribution in a list, with the beginning of its description."""

    contribution: Contribution
    excerpt: str


def public_contributions(consultation_id: UUID, filters: Filters, *, page: int = 1) -> Page[Listed]:
    """The contributions deposited and not withdrawn that fit the filters, twenty to a page.

    A page beyond the last is the last.
    """
    conditions = _conditions(consultation_id, filters)
    total = db.session.scalar(select(func.count(Contribution.id)).where(*conditions)) or 0
    number = min(page, last_page(total, PAGE_SIZE))
    found = (
        select(Contribution, func.left(Contribution.description, EXCERPT_LENGTH + 1))
        .options(*whole(), defer(Contribution.description, raiseload=True))
        .where(*conditions)
    )
    rows = db.session.execute(cut(_ordered(found, filters), number=number, size=PAGE_SIZE))
    items = [
        Listed(contribution, "" if contribution.hidden_at else _shortened(start))
        for contribution, start in rows
    ]
    return Page(items=items, size=PAGE_SIZE, number=number, total=total)


def _conditions(consultation_id: UUID, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Contribution.consultation_id == consultation_id,
        Contribution.status == Status.SUBMITTED,
    ]
    if filters.words:
        conditions.append(says_publicly(filters.words))
    if filters.kind:
        conditions.append(Contribution.kind == filters.kind)
    if filters.theme_id:
        conditions.append(Contribution.theme_id == filters.theme_id)
    if filters.territory_id:
        speaking = select(contribution_place.c.contribution_id)
        spoken = speaking.where(contribution_place.c.territory_id == filters.territory_id)
        conditions.append(Contribution.id.in_(spoken))
    if filters.departement_code:
        conditions.append(speaks_from(filters.departement_code))
    if filters.fate:
        conditions.append(FATES[filters.fate].condition)
    return conditions


def speaks_from(departement_code: str) -> ColumnElement[bool]:
    """That a contribution speaks for a territory of a département, its council included."""
    speaking = select(contribution_place.c.contribution_id).join(Territory)
    return Contribution.id.in_(speaking.where(in_departement(departement_code)))


def _sought(words: str) -> ColumnElement[str]:
    return func.french_query(words)


def speaks_of(words: str) -> ColumnElement[bool]:
    """That a contribution has these words, or the number they name."""
    found = Contribution.search.bool_op("@@")(_sought(words))
    if (number := numbered(words)) is not None:
        return or_(Contribution.number == number, found)
    return found


def says_publicly(words: str) -> ColumnElement[bool]:
    """That a contribution has these words where everyone reads it: none that is hidden."""
    return and_(speaks_of(words), Contribution.hidden_at.is_(None))


def meant(consultation_id: UUID, words: str) -> str | None:
    """What may have been meant by words that nothing has, by the titles that look like them."""
    likeness = func.word_similarity(func.unaccent(words), func.unaccent(Contribution.title))
    titles = db.session.scalars(
        select(Contribution.title)
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.status == Status.SUBMITTED,
            Contribution.hidden_at.is_(None),
        )
        .order_by(likeness.desc(), Contribution.number)
        .limit(LIKE_TITLES)
    )
    return respelt(words, titles)


def _ordered(found: Select[Contribution, str], filters: Filters) -> Select[Contribution, str]:
    if filters.words and filters.order is Order.RELEVANT:
        rank = func.ts_rank_cd(Contribution.search, _sought(filters.words))
        number = numbered(filters.words)
        return found.order_by(
            (Contribution.number != number) if number is not None else literal(0),
            rank.desc(),
            Contribution.number.desc(),
        )
    return found.order_by(Contribution.number.desc())


def _shortened(text: str) -> str:
    """The first words of a text on one line, cut between two words."""
    line = " ".join(text.split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return f"{line[:EXCERPT_LENGTH].rsplit(' ', 1)[0]}…"


def contribution_by_number(consultation_id: UUID, number: int) -> Contribution | None:
    """A contribution by its public number, with theme, places, mandate; withdrawn ones too."""
    return db.session.scalar(
        select(Contribution)
        .options(*whole())
        .where(Contribution.consultation_id == consultation_id, Contribution.number == number)
    )


def kept_contribution(consultation_id: UUID, contribution_id: UUID) -> Contribution | None:
    """A contribution, draft or not, with theme and places: callers ask the gate who reads it."""
    return db.session.scalar(
        select(Contribution)
        .options(*whole())
        .where(Contribution.id == contribution_id, Contribution.consultation_id == consultation_id)
    )


def contributions_of(
    consultation_id: UUID, person_id: UUID | None, *, members_of: Collection[UUID] = ()
) -> Sequence[Contribution]:
    """All a person wrote in a consultation, drafts first, then the latest touched.

    With the drafts that colleagues share with the members of these territories.
    """
    theirs = (
        select(contribution_place.c.contribution_id)
        .join(Contribution, Contribution.id == contribution_place.c.contribution_id)
        .where(
            contribution_place.c.territory_id.in_(members_of),
            Contribution.status == Status.DRAFT,
            Contribution.shared,
        )
    )
    return db.session.scalars(
        select(Contribution)
        .options(*whole())
        .where(
            Contribution.consultation_id == consultation_id,
            or_(Contribution.author_id == person_id, Contribution.id.in_(theirs)),
        )
        .order_by((Contribution.status == Status.DRAFT).desc(), Contribution.updated_at.desc())
    ).all()


def already_written(
    consultation_id: UUID,
    person_id: UUID | None,
    status: Status,
    content: Content,
    place: Territory | None,
) -> Contribution | None:
    """What a person already wrote word for word, for the same territory, if they did.

    A double click sends two requests at once: the second waits here, then finds the first.
    """
    assert person_id is not None
    advisory_lock(person_id)
    found = db.session.scalars(
        select(Contribution)
        .options(*whole())
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.author_id == person_id,
            Contribution.status == status,
            Contribution.kind.is_not_distinct_from(content.kind or None),
            Contribution.title == content.title,
            Contribution.theme_id.is_not_distinct_from(content.theme_id),
            Contribution.beneficiaries == content.beneficiaries,
            Contribution.description == content.description,
        )
    )
    places = [place.id] if place else []
    return next((c for c in found if [p.id for p in c.places] == places), None)


def lock_contribution(contribution: Contribution) -> None:
    """Lock a contribution until the transaction ends, and read it again.

    Raises NotFound when it was a draft that someone threw away meanwhile.
    """
    locked = db.session.scalar(
        select(Contribution)
        .options(*whole())
        .where(Contribution.id == contribution.id)
        .with_for_update(of=Contribution)
        .execution_options(populate_existing=True)
    )
    if locked is None:
        raise NotFound(N_("Ce brouillon n’existe plus."))
