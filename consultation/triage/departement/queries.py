"""Reads for a prefecture: the contributions of a département and, once published, their outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from app.db import db
from app.paging import Page, cut, each_page, last_page
from consultation.contributions.models import Contribution, Status
from consultation.contributions.queries import speaks_from, with_helper
from consultation.triage.models import Decision, Outcome
from consultation.triage.queries import PUBLISHED, Ruling, published_rulings

PAGE_SIZE = 20
# Descriptions are long: what is taken away is read this many at a time.
EXPORT_SIZE = 500


@dataclass(frozen=True)
class Figures:
    """The contributions of a département by outcome; withdrawn ones are not counted.

    Until the proposals are published, none has an outcome.
    """

    received: int
    grouped: int
    reoriented: int
    rejected: int

    def fitting(self, decision: Decision | None) -> int:
        """How many had this outcome; all of them when none is named."""
        by_decision = {
            Decision.GROUPED: self.grouped,
            Decision.REORIENTED: self.reoriented,
            Decision.REJECTED: self.rejected,
        }
        return by_decision[decision] if decision else self.received


@dataclass(frozen=True)
class Line:
    """A contribution with its theme, places and mandate, and what was published of its outcome."""

    contribution: Contribution
    ruling: Ruling | None


@dataclass(frozen=True, kw_only=True)
class Listing(Page[Line]):
    """One page of a département's contributions, with its figures."""

    figures: Figures


def listing(
    consultation_id: UUID, departement_code: str, decision: Decision | None = None, *, page: int = 1
) -> Listing:
    """The contributions of a département, those of one outcome if asked, twenty to a page.

    A page beyond the last is the last.
    """
    figures = _figures(consultation_id, departement_code)
    total = figures.fitting(decision)
    number = min(page, last_page(total, PAGE_SIZE))
    found = _found(consultation_id, departement_code)
    if decision is not None:
        found = found.where(Outcome.decision == decision)
    shown = found.options(defer(Contribution.description, raiseload=True))
    contributions = db.session.scalars(cut(shown, number=number, size=PAGE_SIZE)).all()
    return Listing(
        items=_lines(contributions), size=PAGE_SIZE, number=number, total=total, figures=figures
    )


def every_line(consultation_id: UUID, departement_code: str) -> Iterator[Line]:
    """All the contributions of a département, to take away."""
    found = _found(consultation_id, departement_code)
    for page in each_page(found, [Contribution.number], size=EXPORT_SIZE):
        yield from _lines(page.items)


def _figures(consultation_id: UUID, departement_code: str) -> Figures:
    found = _found(consultation_id, departement_code).order_by(None)
    counted = found.with_only_columns(
        func.count(),
        func.count().filter(Outcome.decision == Decision.GROUPED),
        func.count().filter(Outcome.decision == Decision.REORIENTED),
        func.count().filter(Outcome.decision == Decision.REJECTED),
    )
    return Figures(*db.session.execute(counted).one())


def _found(consultation_id: UUID, departement_code: str) -> Select[Contribution]:
    """The embargo is kept here: an outcome that is not published is joined to nothing."""
    return (
        select(Contribution)
        .options(joinedload(Contribution.theme), selectinload(Contribution.places), with_helper())
        .outerjoin(Outcome, (Outcome.contribution_id == Contribution.id) & PUBLISHED)
        .where(
            Contribution.consultation_id == consultation_id,
            Contribution.status == Status.SUBMITTED,
            speaks_from(departement_code),
        )
        .order_by(Contribution.number)
    )


def _lines(contributions: Sequence[Contribution]) -> list[Line]:
    outcomes = published_rulings([contribution.id for contribution in contributions])
    return [Line(contribution, outcomes.get(contribution.id)) for contribution in contributions]
