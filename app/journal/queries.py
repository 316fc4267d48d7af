"""Reads of the journal: as sentences, and the versions of its subjects."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Uuid, bindparam, select, text
from sqlalchemy.orm import SessionTransaction

from app import clock
from app.db import db, lock_key
from app.journal.events import REGISTRY, Event, FreeText
from app.journal.models import JournalEvent, JournalText
from app.journal.rules import Disclosed
from app.paging import Page, page_of

PAGE_SIZE = 50
ERASED = "…"

_MEMORY = "journal"
_LOCKED = text("SELECT * FROM locked_subjects(:subjects, :locks, :person_id)").bindparams(
    bindparam("subjects", type_=ARRAY(Uuid())),
    bindparam("locks", type_=ARRAY(BigInteger())),
    bindparam("person_id", type_=Uuid()),
)


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


@dataclass(frozen=True)
class Sought:
    """What a reader looks for in the journal: a family of events, from one day to another."""

    family: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What is true of the lines sought; a last day is included."""
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(JournalEvent.recorded_at >= clock.start_of(self.since))
        if self.until is not None:
            found.append(JournalEvent.recorded_at < clock.end_of(self.until))
        return found


def families(disclosures: Collection[Disclosed]) -> list[str]:
    """The families of the events disclosed in one of these ways, in order of appearance."""
    known = (event.family for event in REGISTRY.values() if event.disclosure in disclosures)
    return [family for family in dict.fromkeys(known) if family]


def entries(
    consultation_id: UUID,
    *,
    disclosures: Collection[Disclosed],
    sought: Sought = Sought(),
    page: int = 1,
) -> Page[Entry]:
    """A consultation's journal, latest first, of the events a reader may see and looks for."""
    types = [name for name in readable(disclosures) if sought.family in ("", REGISTRY[name].family)]
    found = page_of(
        select(JournalEvent)
        .where(
            JournalEvent.consultation_id == consultation_id,
            JournalEvent.type.in_(types),
            *sought.conditions(),
        )
        .order_by(JournalEvent.recorded_at.desc(), JournalEvent.id),
        number=page,
        size=PAGE_SIZE,
    )
    texts: dict[UUID, dict[str, str]] = {}
    for kept in db.session.scalars(
        select(JournalText).where(JournalText.event_id.in_([row.id for row in found.items]))
    ):
        if kept.text is not None:
            texts.setdefault(kept.event_id, {})[kept.field] = kept.text
    return found.showing([_entry(row, texts.get(row.id, {})) for row in found.items])


def _entry(row: JournalEvent, texts: dict[str, str]) -> Entry:
    document = json.loads(row.canonical)
    event_type = REGISTRY[row.type]
    values: dict[str, Any] = dict(document["fields"])
    for each in fields(event_type):
        if each.type == FreeText.__name__:
            values[each.name] = FreeText(texts.get(each.name, ERASED))
    event = event_type(subject_id=document["subject"]["id"], **values)
    return Entry(row.id, event, row.recorded_at, texts.get("reason", ""))


@dataclass
class Known:
    """What a transaction knows for as long as it lasts: the last versions of the subjects it has
    locked, and the keys of those who act.
    """

    transaction: SessionTransaction | None
    versions: dict[UUID, int] = field(default_factory=dict)
    keys: dict[UUID | None, bytes | None] = field(default_factory=dict)

    def next_version(self, subject_id: UUID) -> int:
        self.versions[subject_id] += 1
        return self.versions[subject_id]


def lock_subjects(subject_ids: Sequence[UUID], person_id: UUID | None) -> Known:
    """Lock subjects in the order given; returns their last versions, and the key of who acts.

    In one statement, and none for what the transaction knows already.
    """
    session = db.session()
    known: Known = session.info.get(_MEMORY) or Known(None)
    # A savepoint rolled back gives up its locks and events: within one, all is read again.
    if known.transaction is None or known.transaction is not _transaction():
        known = Known(None)
    unknown = [id_ for id_ in subject_ids if id_ not in known.versions]
    if unknown or person_id not in known.keys:
        locks = [lock_key(id_) for id_ in unknown]
        asked = {"subjects": unknown, "locks": locks, "person_id": person_id}
        for subject_id, version, key in session.execute(_LOCKED, asked):
            known.keys[person_id] = bytes(key) if key is not None else None
            if subject_id is not None:
                known.versions[subject_id] = version
    known.transaction = _transaction()
    session.info[_MEMORY] = known
    return known


def _transaction() -> SessionTransaction | None:
    session = db.session()
    return session.get_nested_transaction() or session.get_transaction()
