"""Reads of the journal, as sentences."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.journal.events import REGISTRY, Event, FreeText
from app.journal.models import JournalEvent, JournalText
from app.journal.rules import Disclosed
from app.paging import Page, page_of

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


def readable(disclosures: Collection[Disclosed]) -> list[str]:
    """The types of events disclosed in one of these ways."""
    return [name for name, event in REGISTRY.items() if event.disclosure in disclosures]


def entries(
    consultation_id: UUID, *, disclosures: Collection[Disclosed], page: int = 1
) -> Page[Entry]:
    """A consultation's journal, latest first, of the events a reader may see."""
    found = page_of(
        select(JournalEvent)
        .where(
            JournalEvent.consultation_id == consultation_id,
            JournalEvent.type.in_(readable(disclosures)),
        )
        .order_by(JournalEvent.recorded_at.desc(), JournalEvent.id),
        number=page,
        size=PAGE_SIZE,
    )
    texts: dict[UUID, dict[str, str]] = {}
    for text in db.session.scalars(
        select(JournalText).where(JournalText.event_id.in_([row.id for row in found.items]))
    ):
        texts.setdefault(text.event_id, {})[text.field] = text.text
    return found.showing([_entry(row, texts.get(row.id, {})) for row in found.items])


def _entry(row: JournalEvent, texts: dict[str, str]) -> Entry:
    document = json.loads(row.canonical)
    event_type = REGISTRY[row.type]
    values: dict[str, Any] = dict(document["fields"])
    for field in fields(event_type):
        if field.type == FreeText.__name__:
            values[field.name] = FreeText(texts.get(field.name, ERASED))
    event = event_type(subject_id=document["subject"]["id"], **values)
    return Entry(row.id, event, row.recorded_at, texts.get("reason", ""))
