"""What moderators may judge of what a contested right did: each feature says it of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import Numbered
from app.authority.rights.acts.queries import TAKING
from app.gate.actors import Context
from app.gate.verb import Effect
from app.journal.events import FreeText

# One that is known, or that of a contest.
RightId = UUID | SQLColumnExpression[UUID]
# What a page says of something: each a label and what it is.
Facts = list[tuple[str, object]]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Letter:
    """What the e-mail about an act that was judged says: its subject, what is decided, what then.

    Each of `%(territory)s` or `%(of_territory)s`, and of `%(number)d`, `%(title)s` and
    `%(consultation)s`. `page` is the endpoint where it is read, if anywhere.
    """

    subject: str
    decided: str
    then: str
    page: str


@dataclass(frozen=True)
class Words:
    """How pages and e-mails call what is judged, and what is done to it."""

    label: str
    annul: str
    restore: str
    annul_this: str
    restore_this: str
    annulled: Letter
    restored: Letter


@dataclass(frozen=True)
class JudgeableAct:
    """What a contested right gave or withdrew, as the page of its contest shows it.

    `act_id` is the act to judge, `about` what its button is about. A `note` says why it is not
    annulled there, `elsewhere` where one goes first, if anywhere.
    """

    act_id: UUID
    words: Words
    current: bool
    title: str
    url: str
    eyebrow: str
    meta: Sequence[str]
    about: str
    note: str = ""
    elsewhere: tuple[str, str] | None = None


@dataclass(frozen=True)
class Grounds:
    """What moderators decided of an act: for which public reason, by whom and when.

    `via` is the helper structure of the contested right, empty for a membership.
    """

    reason: FreeText
    via: str
    ctx: Context


# Whoever is to be sent what was decided, besides the collectivity; None when nothing changed.
Concerned = Collection[UUID | None] | None


@dataclass(frozen=True)
class Judgeable(Generic[Row]):
    """What a contest may judge: how it is read and locked, annulled and restored.

    `enter` locks what must not move in its consultation. `list_of` gives what a right did, by the
    numbers of the right and of its contest, in one statement; `remains` is true, in a statement,
    while something a right did is not cleared: replaced since, or settled by a publication.
    `strike` and `reinstate` are given the row, locked, the act that is undone, and the grounds.
    """

    subject_type: str
    words: Words
    enter: Callable[[UUID], None]
    read: Callable[[UUID], Row | None]
    lock: Callable[[Row], None]
    is_current: Callable[[Row], bool]
    about: Callable[[Row], Numbered]
    facts: Callable[[Row, bool], Facts]
    list_of: Callable[[UUID, UUID], list[JudgeableAct]]
    remains: Callable[[RightId], ColumnElement[bool]]
    strike: Callable[[Row, Act, Grounds], Concerned]
    reinstate: Callable[[Row, Act, Grounds], Concerned]


JUDGEABLE: dict[str, Judgeable[Any]] = {}


def register(judgeable: Judgeable[Any]) -> None:
    """Declare what a contest may judge; in the order its page lists it."""
    JUDGEABLE[judgeable.subject_type] = judgeable


def to_judge(
    right: RightId,
    subject_id: InstrumentedAttribute[UUID],
    ended_at: InstrumentedAttribute[datetime | None],
    *,
    cleared: ColumnElement[bool],
) -> ColumnElement[bool]:
    """What is true of the act of a right that may be judged, joined to its subject.

    It gave what is current, or was the last to withdraw what the right had not given itself, and
    which is not cleared.
    """
    own, later = aliased(Act), aliased(Act)
    gave = (
        select(own.id)
        .where(own.subject_id == subject_id, own.effect == Effect.GIVES, own.right_id == right)
        .correlate_except(own)
        .exists()
    )
    last = (
        select(func.max(later.position))
        .where(later.subject_id == subject_id, later.effect.is_not(None))
        .correlate_except(later)
        .scalar_subquery()
    )
    given = and_(ended_at.is_(None), Act.effect == Effect.GIVES)
    withdrawn = and_(
        ended_at.is_not(None),
        Act.effect.in_(TAKING),
        Act.position == last,
        not_(gave),
        not_(cleared),
    )
    return and_(Act.right_id == right, or_(given, withdrawn))
