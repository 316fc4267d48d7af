"""The queue a moderator works through: what waits, what is decided, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.calendar.models import Theme
from app.db import db
from app.errors import N_
from app.paging import Page, cut
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind, Status, contribution_place
from consultation.contributions.queries import speaks_of
from consultation.proposals.models import Proposal, proposal_contribution
from consultation.triage.models import Decision, Outcome
from funding.schemes.models import Scheme

PAGE_SIZE = 25
EXCERPT_LENGTH = 240


class State(StrEnum):
    """Which part of the queue one looks at."""

    WAITING = "en-attente"
    DECIDED = "decidees"
    ALL = "toutes"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    State.WAITING: N_("En attente"),
    State.DECIDED: N_("Décidées"),
    State.ALL: N_("Toutes"),
}


@dataclass(frozen=True)
class Filters:
    """What a moderator looks for; each part narrows the queue when it is set."""

    state: State = State.WAITING
    words: str = ""
    kind: Kind | None = None
    theme_id: UUID | None = None


@dataclass(frozen=True)
class QueueLine:
    """A contribution in the queue; `proposals` are the numbers of those it joined."""

    number: int
    title: str
    kind: Kind
    theme: str | None
    organisation: str
    excerpt: str
    decision: Decision | None
    scheme: str | None
    places: Sequence[str]
    proposals: Sequence[int]


def queue(consultation_id: UUID, filters: Filters, *, page: int = 1) -> Page[QueueLine]:
    """The submitted contributions that fit the filters, by number, 25 to a page.

    A page beyond the last is the first.
    """
    lines = (
        select(
            func.count().over(),
            Contribution.number,
            Contribution.title,
            Contribution.kind,
            Theme.name,
            Contribution.organisation,
            func.left(Contribution.description, EXCERPT_LENGTH),
            Outcome.decision,
            Scheme.name,
            _places(),
            _proposals(),
        )
        .select_from(Contribution)
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .outerjoin(Theme, Theme.id == Contribution.theme_id)
        .outerjoin(Scheme, Scheme.id == Outcome.scheme_id)
        .where(*_conditions(consultation_id, filters))
        .order_by(Contribution.number)
    )
    rows = db.session.execute(cut(lines, number=page, size=PAGE_SIZE)).all()
    if not rows and page > 1:
        return queue(consultation_id, filters)
    return Page(
        items=[QueueLine(*row[1:]) for row in rows],
        size=PAGE_SIZE,
        number=page,
        total=rows[0][0] if rows else 0,
    )


def _places() -> ColumnElement[Any]:
    names = (
        select(Territory.name)
        .join(contribution_place, contribution_place.c.territory_id == Territory.id)
        .where(contribution_place.c.contribution_id == Contribution.id)
        .order_by(Territory.name)
    )
    return func.array(names.correlate(Contribution).scalar_subquery())


def _proposals() -> ColumnElement[Any]:
    numbers = (
        select(Proposal.number)
        .join(proposal_contribution, proposal_contribution.c.proposal_id == Proposal.id)
        .where(proposal_contribution.c.contribution_id == Contribution.id)
        .order_by(Proposal.number)
    )
    return func.array(numbers.correlate(Contribution).scalar_subquery())


def _conditions(consultation_id: UUID, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [
        Contribution.consultation_id == consultation_id,
        Contribution.status == Status.SUBMITTED,
    ]
    if filters.state is State.WAITING:
        conditions.append(Outcome.decision.is_(None))
    elif filters.state is State.DECIDED:
        conditions.append(Outcome.decision.is_not(None))
    if filters.kind is not None:
        conditions.append(Contribution.kind == filters.kind)
    if filters.theme_id is not None:
        conditions.append(Contribution.theme_id == filters.theme_id)
    if filters.words:
        conditions.append(speaks_of(filters.words))
    return conditions


@dataclass(frozen=True)
class Neighbours:
    """The numbers before and after a contribution among those that fit the filters."""

    before: int | None
    after: int | None


def neighbours(consultation_id: UUID, number: int, filters: Filters) -> Neighbours:
    """The contributions before and after one in the queue."""
    numbers = Contribution.number
    before, after = db.session.execute(
        select(
            func.max(numbers).filter(numbers < number), func.min(numbers).filter(numbers > number)
        )
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(*_conditions(consultation_id, filters))
    ).one()
    return Neighbours(before, after)


def next_waiting(consultation_id: UUID, number: int, filters: Filters) -> int | None:
    """The contribution to decide after this one, back to the first when the end is reached."""
    numbers = Contribution.number
    after, first = db.session.execute(
        select(func.min(numbers).filter(numbers > number), func.min(numbers))
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(*_conditions(consultation_id, replace(filters, state=State.WAITING)))
    ).one()
    return after or first
