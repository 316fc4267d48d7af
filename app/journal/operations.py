"""Record what happens, in the transaction where it happens."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Insert, Table, bindparam, func, insert, select

from app.db import db
from app.gate.actors import Context
from app.journal import merkle
from app.journal.events import Event, FreeText
from app.journal.models import JournalEvent, JournalText
from app.journal.queries import lock_subjects

FORMAT_VERSION = 1
_Row = dict[str, Any]

_EVENTS = cast("Table", JournalEvent.__table__)
_TEXTS = cast("Table", JournalText.__table__)


def _inserted(table: Table) -> Insert:
    """Insert any number of rows, given as one array a column."""
    arrays = [bindparam(f"{table.name}_{c.name}", type_=ARRAY(c.type)) for c in table.columns]
    names = [column.name for column in table.columns]
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    return insert(table).from_select(names, select(*rows.c))


# Built once, for any number of events and of texts.
_WRITTEN = _inserted(_TEXTS).add_cte(_inserted(_EVENTS).cte("event"))


# What is written in the same statement as the trace of an act: an insertion, and its parameters.
Beside = tuple[Insert, Mapping[str, Any]]


def record(event: Event, *, beside: Beside | None = None, ctx: Context) -> None:
    """Leave the trace of one act, with what is to be written beside it in one statement."""
    record_all([event], beside=beside, ctx=ctx)


def record_all(events: Sequence[Event], *, beside: Beside | None = None, ctx: Context) -> None:
    """Record one act on several subjects, one event each, in subject order, under one batch id.

    At most one event per subject. Locks each subject so that its versions follow one another.
    """
    if not events:
        return
    events = sorted(events, key=lambda event: event.subject_id)
    batch_id = uuid4() if len(events) > 1 else None
    known = lock_subjects([UUID(event.subject_id) for event in events], ctx.actor.person_id)
    key = known.keys[ctx.actor.person_id]
    rows: list[_Row] = []
    texts: list[_Row] = []
    for event in events:
        version = known.next_version(UUID(event.subject_id))
        row, kept = _row(event, version, batch_id, key, ctx)
        rows.append(row)
        texts.extend(kept)
    _write(rows, texts, beside)


def _write(rows: Sequence[_Row], texts: Sequence[_Row], beside: Beside | None) -> None:
    """Insert events, the texts they commit to, and what goes beside them, in one statement."""
    values: dict[str, Any] = {}
    for table, given in ((_EVENTS, rows), (_TEXTS, texts)):
        for column in table.columns:
            values[f"{table.name}_{column.name}"] = [row[column.name] for row in given]
    if beside is None:
        db.session.execute(_WRITTEN, values)
    else:
        insertion, parameters = beside
        db.session.execute(_written_with(insertion), {**values, **parameters})


@cache
def _written_with(insertion: Insert) -> Insert:
    return _WRITTEN.add_cte(insertion.cte("beside"))


def _row(
    event: Event, version: int, batch_id: UUID | None, key: bytes | None, ctx: Context
) -> tuple[_Row, list[_Row]]:
    event_id = uuid4()
    kept: list[_Row] = []
    declared: dict[str, Any] = {}
    for name, value in event.declared().items():
        if isinstance(value, FreeText):
            salt = secrets.token_bytes(16)
            kept.append({"event_id": event_id, "field": name, "salt": salt, "text": str(value)})
            value = merkle.commitment(salt, value)
        declared[name] = value
    canonical = merkle.canonical(
        {
            "v": FORMAT_VERSION,
            "id": str(event_id),
            "type": type(event).__name__,
            "consultation": str(ctx.consultation_id) if ctx.consultation_id else None,
            "subject": {"type": event.subject_type, "id": event.subject_id, "version": version},
            "window_version": ctx.window_version,
            "batch": str(batch_id) if batch_id else None,
            "at": _rfc3339(ctx.instant),
            "actor": _actor(key, event_id),
            "fields": declared,
        }
    )
    row = {
        "id": event_id,
        "type": type(event).__name__,
        "consultation_id": ctx.consultation_id,
        "subject_type": event.subject_type,
        "subject_id": UUID(event.subject_id),
        "subject_version": version,
        "window_version": ctx.window_version,
        "batch_id": batch_id,
        "recorded_at": ctx.instant,
        "canonical": canonical,
        "leaf_hash": merkle.leaf_hash(canonical),
    }
    return row, kept


def _actor(key: bytes | None, event_id: UUID) -> str | None:
    if key is None:
        return None
    return hmac.new(key, event_id.bytes, sha256).hexdigest()


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
