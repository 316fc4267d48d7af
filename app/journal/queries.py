"""Reads of the journal, as sentences."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.journal.events import REGISTRY, Event, FreeText
from app.journal.models import JournalEvent, JournalText
from app.journal.rules import Disclosed

PAGE_SIZE = 50
ERASED = "…"


@dataclass(frozen=True)
class Entry:
    """A line of the journal: what happened, when, and the words it committed to, if any."""

    id: UUID
    event: Event
    recorded_at: datetime
    reason: str

    @property
    def sentence(self) -> str:
        return self.event.sentence()


@dataclass(frozen=True)
class Entries:
    """One page of the journal; `total` counts every entry the reader may see."""

    items: Sequence[Entry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)


def readable(disclosures: Collection[Disclosed]) -> list[str]:
    """The types of events disclosed in one of these ways."""
    return [name for name, event in REGISTRY.items() if event.disclosure in disclosures]


def entries(consultation_id: UUID, *, disclosures: Collection[Disclosed], page: int = 1) -> Entries:
    """A consultation's journal, latest first, of the events a reader may see."""
    seen = select(JournalEvent).where(
        JournalEvent.consultation_id == consultation_id,
        JournalEvent.type.in_(readable(disclosures)),
    )
    total = db.session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    rows = db.session.scalars(
        seen.order_by(JournalEvent.recorded_at.desc(), JournalEvent.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    texts: dict[UUID, dict[str, str]] = {}
    for text in db.session.scalars(
        select(JournalText).where(JournalText.event_id.in_([row.id for row in rows]))
    ):
        texts.setdefault(text.event_id, {})[text.field] = text.text
    return Entries([_entry(row, texts.get(row.id, {})) for row in rows], total, page)


def _entry(row: JournalEvent, texts: dict[str, str]) -> Entry:
    document = json.loads(row.canonical)
    event_type = REGISTRY[row.type]
    values: dict[str, Any] = dict(document["fields"])
    for field in fields(event_type):
        if field.type == FreeText.__name__:
            values[field.name] = FreeText(texts.get(field.name, ERASED))
    event = event_type(subject_id=document["subject"]["id"], **values)
    return Entry(row.id, event, row.recorded_at, texts.get("reason", ""))
