"""When each browser was last seen: kept in Valkey, so that reading a page writes no row.

With Valkey down nothing is known, and a session ends at its absolute end only.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import current_app
from redis import RedisError

from app.identity.models import Session
from app.jobs import connection

NOTED_EVERY = timedelta(minutes=1)
# A silent server is not asked again at once: each page would wait for it.
_SILENCE_SECONDS = 10.0
_SILENT_UNTIL = "last_seen.silent_until"


def seen(sessions: Collection[Session]) -> dict[UUID, datetime]:
    """When these sessions were last used, as far as is known."""
    if not sessions or _is_silent():
        return {}
    try:
        found = connection().mget([_key(session.id) for session in sessions])
    except RedisError:
        _keep_silent()
        return {}
    return {
        session.id: datetime.fromtimestamp(float(value), UTC)
        for session, value in zip(sessions, found, strict=True)  # type: ignore[arg-type]
        if value is not None
    }


def is_over(session: Session, known: Mapping[UUID, datetime], instant: datetime) -> bool:
    """Whether a session has not been used for too long, from what `seen` returned."""
    if _is_silent():
        return False
    last = known.get(session.id, session.created_at)
    return instant >= last + timedelta(days=current_app.config["SESSION_IDLE_DAYS"])


def note(session: Session, instant: datetime) -> bool:
    """Note that a session is used now; False when it had not been for too long."""
    known = seen([session])
    if is_over(session, known, instant):
        return False
    last = known.get(session.id)
    if not _is_silent() and (last is None or instant >= last + NOTED_EVERY):
        try:
            connection().set(
                _key(session.id),
                instant.timestamp(),
                ex=timedelta(days=current_app.config["SESSION_IDLE_DAYS"]),
            )
        except RedisError:
            _keep_silent()
    return True


def _key(session_id: UUID) -> str:
    return f"last-seen:{session_id}"


def _is_silent() -> bool:
    until: float = current_app.extensions.get(_SILENT_UNTIL, 0.0)
    return time.monotonic() < until


def _keep_silent() -> None:
    current_app.extensions[_SILENT_UNTIL] = time.monotonic() + _SILENCE_SECONDS
