"""Record what happens, in the transaction where it happens."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, insert, select, text

from app.db import db, lock_key
from app.gate import Context
from app.journal import merkle
from app.journal.events import Event, FreeText
from app.journal.models import JournalEvent, JournalText

FORMAT_VERSION = 1

# Built once: three of the statements of every act.
_LOCK = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
_LAST_VERSIONS = (
    select(JournalEvent.subject_id, func.max(JournalEvent.subject_version))
    .where(JournalEvent.subject_id.in_(bindparam("ids", expanding=True)))
    .group_by(JournalEvent.subject_id)
)
_Row = dict[str, Any]
_KEY = text("SELECT journal_key FROM person WHERE id = :id")


def record(event: Event, *, ctx: Context) -> None:
    """Record one act."""
    record_all([event], ctx=ctx)


def record_all(events: Sequence[Event], *, ctx: Context) -> None:
    """Record one act on several subjects, one event each, in subject order, under one batch id.

    At most one event per subject. Locks each subject so that its versions follow one another.
    """
    if not events:
        return
    events = sorted(events, key=lambda event: event.subject_id)
    batch_id = uuid4() if len(events) > 1 else None
    versions = _next_versions(events)
    key = _journal_key(ctx.actor.person_id)
    rows: list[_Row] = []
    texts: list[_Row] = []
    for event in events:
        row, kept = _row(event, versions[UUID(event.subject_id)], batch_id, key, ctx)
        rows.append(row)
        texts.extend(kept)
    db.session.execute(insert(JournalEvent), rows)
    if texts:
        db.session.execute(insert(JournalText), texts)


def _next_versions(events: Sequence[Event]) -> dict[UUID, int]:
    ids = [UUID(event.subject_id) for event in events]
    db.session.execute(_LOCK, {"keys": [lock_key(id_) for id_ in ids]})
    rows = db.session.execute(_LAST_VERSIONS, {"ids": ids})
    last: dict[UUID, int] = dict(iter(rows))
    return {id_: last.get(id_, 0) + 1 for id_ in ids}


def _journal_key(person_id: UUID | None) -> bytes | None:
    """The person's own key, with which the log names them without naming them."""
    if person_id is None:
        return None
    key = db.session.scalar(_KEY, {"id": person_id})
    return bytes(key) if key is not None else None


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
