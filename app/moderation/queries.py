"""Reads of what is signalled and hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.moderation.models import Hiding, Signal
from app.moderation.moderated import MODERATED, Moderated, Text
from app.moderation.rules import Reason
from app.paging import Page, cut, last_page

PAGE_SIZE = 20


@dataclass(frozen=True)
class Found:
    """A text, as the feature that keeps it reads it."""

    kind: Moderated[Any]
    row: Any

    @property
    def text(self) -> Text:
        return self.kind.text(self.row)


def text_of(consultation_id: UUID, subject_type: str, subject_id: UUID) -> Found | None:
    """A text of a consultation, of a kind that may be hidden."""
    kind = MODERATED.get(subject_type)
    rows = kind.read(consultation_id, [subject_id]) if kind else []
    return Found(kind, rows[0]) if kind and rows else None


def current_hiding(subject_id: UUID) -> Hiding | None:
    """What hides a text now, if it is hidden."""
    return db.session.scalar(
        select(Hiding).where(Hiding.subject_id == subject_id, Hiding.ended_at.is_(None))
    )


def hiding(consultation_id: UUID, hiding_id: UUID) -> Hiding | None:
    """A hiding of a consultation, ended or not."""
    return db.session.scalar(
        select(Hiding).where(Hiding.id == hiding_id, Hiding.consultation_id == consultation_id)
    )


def hidings_of(subject_id: UUID) -> Sequence[Hiding]:
    """Every time a text was hidden, the latest first."""
    return db.session.scalars(
        select(Hiding).where(Hiding.subject_id == subject_id).order_by(Hiding.hidden_at.desc())
    ).all()


def lock_hiding(found: Hiding) -> None:
    """Lock a hiding until the transaction ends, and read it again."""
    db.session.refresh(found, with_for_update=True)


def waiting_signals(subject_id: UUID) -> Sequence[Signal]:
    """The signals of a text that nobody has settled, the first first."""
    return db.session.scalars(
        select(Signal)
        .where(Signal.subject_id == subject_id, Signal.settled_at.is_(None))
        .order_by(Signal.signalled_at)
    ).all()


def own_signal(subject_id: UUID, person_id: UUID | None) -> Signal | None:
    """The signal of a text by a person, while it waits."""
    return db.session.scalar(
        select(Signal).where(
            Signal.subject_id == subject_id,
            Signal.person_id == person_id,
            Signal.settled_at.is_(None),
        )
    )


@dataclass(frozen=True)
class Signalled:
    """A text that was signalled: how many times, for which reasons, and when first."""

    kind: Moderated[Any]
    text: Text
    times: int
    reasons: Sequence[Reason]
    first_at: datetime


@dataclass(frozen=True)
class HiddenText:
    """A text that is hidden, and by what."""

    kind: Moderated[Any]
    text: Text
    hiding: Hiding


def signalled_texts(consultation_id: UUID, page: int = 1) -> Page[Signalled]:
    """The texts whose signals wait for the moderators, the most signalled first."""
    waiting = (Signal.consultation_id == consultation_id, Signal.settled_at.is_(None))
    total = db.session.scalar(select(func.count(Signal.subject_id.distinct())).where(*waiting)) or 0
    number = min(page, last_page(total, PAGE_SIZE))
    many, first = func.count(), func.min(Signal.signalled_at)
    rows = db.session.execute(
        cut(
            select(
                Signal.subject_type,
                Signal.subject_id,
                many,
                func.array_agg(Signal.reason.distinct()),
                first,
            )
            .where(*waiting)
            .group_by(Signal.subject_type, Signal.subject_id)
            .order_by(many.desc(), first, Signal.subject_id),
            number=number,
            size=PAGE_SIZE,
        )
    ).all()
    texts = _texts(consultation_id, [(row[0], row[1]) for row in rows])
    items = [
        Signalled(MODERATED[kind], texts[id_], times, [Reason(each) for each in reasons], first_at)
        for kind, id_, times, reasons, first_at in rows
        if id_ in texts
    ]
    return Page(items=items, size=PAGE_SIZE, number=number, total=total)


def hidden_texts(consultation_id: UUID, page: int = 1) -> Page[HiddenText]:
    """The texts that are hidden: those whose author waits for an answer first, then the latest."""
    hidden = (Hiding.consultation_id == consultation_id, Hiding.ended_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(Hiding).where(*hidden)) or 0
    number = min(page, last_page(total, PAGE_SIZE))
    found: Select[Hiding] = (
        select(Hiding)
        .where(*hidden)
        .order_by(_unanswered().desc(), Hiding.hidden_at.desc(), Hiding.id)
    )
    rows = db.session.scalars(cut(found, number=number, size=PAGE_SIZE)).all()
    texts = _texts(consultation_id, [(each.subject_type, each.subject_id) for each in rows])
    items = [
        HiddenText(MODERATED[each.subject_type], texts[each.subject_id], each)
        for each in rows
        if each.subject_id in texts
    ]
    return Page(items=items, size=PAGE_SIZE, number=number, total=total)


@dataclass(frozen=True)
class Counts:
    """How many texts are signalled, how many are hidden, and how many of these are contested."""

    signalled: int
    hidden: int
    contested: int

    @property
    def waiting(self) -> int:
        return self.signalled + self.contested


def count_queries(
    consultation_id: UUID | InstrumentedAttribute[UUID],
) -> list[ScalarSelect[int]]:
    """The fields of `Counts`, for a statement: of a consultation, or of each that it reads."""
    here = Hiding.consultation_id == consultation_id
    hidden = select(func.count()).select_from(Hiding).where(here, Hiding.ended_at.is_(None))
    signalled = select(func.count(Signal.subject_id.distinct())).where(
        Signal.consultation_id == consultation_id, Signal.settled_at.is_(None)
    )
    contested = hidden.where(_unanswered())
    return [each.scalar_subquery() for each in (signalled, hidden, contested)]


def counts(consultation_id: UUID) -> Counts:
    """What waits for the moderators of a consultation, in one statement."""
    signalled, hidden, contested = count_queries(consultation_id)
    return Counts(*db.session.execute(select(signalled, hidden, contested)).one())


def _unanswered() -> ColumnElement[bool]:
    return Hiding.contested_at.is_not(None) & Hiding.answered_at.is_(None)


def _texts(consultation_id: UUID, subjects: Sequence[tuple[str, UUID]]) -> dict[UUID, Text]:
    """These texts by their ids, one statement a kind."""
    texts = {}
    for kind in MODERATED.values():
        ids = [id_ for subject_type, id_ in subjects if subject_type == kind.subject_type]
        for row in kind.read(consultation_id, ids) if ids else []:
            text = kind.text(row)
            texts[text.id] = text
    return texts
