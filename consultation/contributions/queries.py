"""Reads of contributions: the public list, one of them, a person's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, func, literal, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from app.db import db
from app.errors import N_, Invalid
from app.gate import TerritoryKind
from app.identity.models import Person
from app.identity.rules import normal_email
from app.territories.models import Territory
from app.territories.rules import KIND_LABELS
from app.territories.search import (
    AmbiguousPlace,
    UnknownPlace,
    search_territories,
    territory_by_place_name,
)
from consultation.contributions.models import Contribution, Kind, Status, contribution_place
from consultation.contributions.rules import Content

PAGE_SIZE = 20
EXCERPT_LENGTH = 280

_CODE = re.compile(r"[0-9]{1,9}|[0-9]{2}M|2[ABab][0-9]{0,3}")
# A spreadsheet takes 01004 for a number and drops its zero.
_CODE_LENGTHS = {TerritoryKind.COMMUNE: 5, TerritoryKind.DEPARTEMENT: 2, TerritoryKind.REGION: 2}
_WHOLE = (joinedload(Contribution.theme), selectinload(Contribution.places))


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
    order: Order = Order.RELEVANT


@dataclass(frozen=True)
class Listed:
    """A contribution in a list, with the beginning of its description."""

    contribution: Contribution
    excerpt: str


@dataclass(frozen=True)
class Listing:
    """One page of a list; `total` counts every contribution that fits the filters."""

    items: Sequence[Listed]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)


def public_contributions(consultation_id: UUID, filters: Filters, *, page: int = 1) -> Listing:
    """The contributions deposited and not withdrawn that fit the filters, twenty to a page.

    A page beyond the last is the last.
    """
    conditions = _conditions(consultation_id, filters)
    total = db.session.scalar(select(func.count(Contribution.id)).where(*conditions)) or 0
    page = min(page, max(-(-total // PAGE_SIZE), 1))
    found = (
        select(Contribution, func.left(Contribution.description, EXCERPT_LENGTH + 1))
        .options(*_WHOLE, defer(Contribution.description, raiseload=True))
        .where(*conditions)
    )
    rows = db.session.execute(
        _ordered(found, filters).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    items = [Listed(contribution, _shortened(start)) for contribution, start in rows]
    return Listing(items, total, page)


def _conditions(consultation_id: UUID, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Contribution.consultation_id == consultation_id,
        Contribution.status == Status.SUBMITTED,
    ]
    if filters.words:
        conditions.append(Contribution.search.bool_op("@@")(_sought(filters.words)))
    if filters.kind:
        conditions.append(Contribution.kind == filters.kind)
    if filters.theme_id:
        conditions.append(Contribution.theme_id == filters.theme_id)
    speaking = select(contribution_place.c.contribution_id)
    if filters.territory_id:
        held = speaking.where(contribution_place.c.territory_id == filters.territory_id)
        conditions.append(Contribution.id.in_(held))
    if filters.departement_code:
        held = speaking.join(Territory).where(
            Territory.departement_code == filters.departement_code
        )
        conditions.append(Contribution.id.in_(held))
    return conditions


def _sought(words: str) -> ColumnElement[str]:
    return func.french_query(words)


def _ordered(found: Select[Contribution, str], filters: Filters) -> Select[Contribution, str]:
    if filters.words and filters.order is Order.RELEVANT:
        rank = func.ts_rank_cd(Contribution.search, _sought(filters.words))
        return found.order_by(rank.desc(), Contribution.number.desc())
    return found.order_by(Contribution.number.desc())


def _shortened(text: str) -> str:
    """The first words of a text on one line, cut between two words."""
    line = " ".join(text.split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return f"{line[:EXCERPT_LENGTH].rsplit(' ', 1)[0]}…"


def contribution_by_number(consultation_id: UUID, number: int) -> Contribution | None:
    """A contribution by its public number, with its theme and places; withdrawn ones too."""
    return db.session.scalar(
        select(Contribution)
        .options(*_WHOLE)
        .where(Contribution.consultation_id == consultation_id, Contribution.number == number)
    )


def own_contribution(
    consultation_id: UUID, contribution_id: UUID, person_id: UUID | None
) -> Contribution | None:
    """A person's own contribution, draft or not, with its theme and places."""
    return db.session.scalar(
        select(Contribution)
        .options(*_WHOLE)
        .where(
            Contribution.id == contribution_id,
            Contribution.consultation_id == consultation_id,
            Contribution.author_id == person_id,
        )
    )


def contributions_of(consultation_id: UUID, person_id: UUID | None) -> Sequence[Contribution]:
    """All a person wrote in a consultation, drafts first, then the latest touched."""
    return db.session.scalars(
        select(Contribution)
        .options(*_WHOLE)
        .where(Contribution.consultation_id == consultation_id, Contribution.author_id == person_id)
        .order_by((Contribution.status == Status.DRAFT).desc(), Contribution.updated_at.desc())
    ).all()


def same_contribution(
    consultation_id: UUID, person_id: UUID | None, status: Status, content: Content,
    place: Territory | None,
) -> Contribution | None:  # fmt: skip
    """What a person already wrote word for word, for the same territory, if they did."""
    found = db.session.scalars(
        select(Contribution)
        .options(*_WHOLE)
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.author_id == person_id,
            Contribution.status == status,
            Contribution.kind == content.kind,
            Contribution.title == content.title,
            Contribution.theme_id.is_not_distinct_from(content.theme_id),
            Contribution.beneficiaries == content.beneficiaries,
            Contribution.description == content.description,
        )
    )
    places = [place.id] if place else []
    return next((c for c in found if [p.id for p in c.places] == places), None)


def hold(contribution: Contribution) -> None:
    """Hold a contribution until the transaction ends, and read it as it now stands."""
    db.session.scalars(
        select(Contribution)
        .options(*_WHOLE)
        .where(Contribution.id == contribution.id)
        .with_for_update(of=Contribution)
        .execution_options(populate_existing=True)
    ).one()


def known_references(consultation_id: UUID, source: str) -> set[str]:
    """The references already imported from a source."""
    return set(
        db.session.scalars(
            select(Contribution.reference).where(
                Contribution.consultation_id == consultation_id, Contribution.source == source
            )
        )
    )


def named_place(written: str, kind: TerritoryKind) -> Territory:
    """The territory of a kind that a file names: "Lannion", "Saint-Denis (93)", or its code.

    Raises Invalid, with the candidates and how to tell them apart.
    """
    try:
        if not _CODE.fullmatch(written):
            return territory_by_place_name(db.session(), written, kind)
        return _by_code(written, kind)
    except AmbiguousPlace as error:
        raise Invalid(
            N_("« %(name)s » désigne plusieurs territoires : %(candidates)s"),
            way_out=N_("(écrivez son code, ou le nom et le département : « %(name)s (%(area)s) »)"),
            name=written, area=error.candidates[0].departement_code or "",
            candidates=_with_codes([(t.label, t.code) for t in error.candidates[:5]]),
        ) from error  # fmt: skip
    except UnknownPlace as error:
        near = search_territories(db.session(), written, kinds=[kind], limit=3)
        raise Invalid(
            N_("« %(name)s » : aucun territoire de ce type (%(kind)s) ne porte ce nom ou ce code"),
            way_out=N_("(peut-être : %(candidates)s)") if near else "",
            name=written, kind=KIND_LABELS[kind],
            candidates=_with_codes([(match.label, match.code) for match in near]),
        ) from error  # fmt: skip


def _by_code(written: str, kind: TerritoryKind) -> Territory:
    """By INSEE code or SIREN; where none of the kind bears it, a body also counted under the kind.

    75 is Paris as a département.
    """
    code = written.upper().zfill(_CODE_LENGTHS.get(kind, 0))
    standing = select(Territory).where(Territory.ended_on.is_(None))
    own = db.session.scalar(standing.where(Territory.kind == kind, Territory.code == code))
    if own:
        return own
    found = db.session.scalars(
        standing.where(
            or_(Territory.kind == kind, literal(kind.value) == any_(Territory.counted_as)),
            or_(
                Territory.code == code,
                Territory.siren == code,
                literal(code) == any_(Territory.other_codes),
            ),
        )
    ).all()
    if not found:
        raise UnknownPlace(written)
    if len(found) > 1:
        raise AmbiguousPlace(written, found)
    return found[0]


def _with_codes(candidates: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{label} [{code}]" for label, code in candidates)


def person_by_email(email: str) -> Person | None:
    """The person at an address, if known."""
    return db.session.scalar(select(Person).where(Person.email == normal_email(email)))
