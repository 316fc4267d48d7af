"""Empty the base: to replay the demonstration at another moment, and after each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db import Base, as_owner, lock_key
from app.errors import N_, Conflict

# The registry is no part of it.
KEPT = {"territory"}
# Tables that only grow, except for their owner.
APPEND_ONLY = ("journal_event", "ledger_line")
_LOCK = UUID("5d0c6f2e-0f35-4b55-9a4c-6f1d4d2b7a10")


@contextmanager
def alone() -> Iterator[None]:
    """Keep any other replay of this base away for a block. Raises Conflict when one runs."""
    with as_owner() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(lock_key(_LOCK)))):
            raise Conflict(
                N_("La démonstration est déjà en train de se recharger."),
                way_out=N_("Attendez quelques secondes qu’elle soit prête."),
            )
        yield


def erase() -> None:
    """Empty every table but the registry; those that only grow too, which only their owner can."""
    with as_owner() as session:
        empty(session)


def empty(session: Session) -> None:
    """Empty them within a transaction of the owner.

    Row by row rather than by TRUNCATE, which would wait for every page being read, and takes ten
    times longer over small tables.
    """
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    emptying = "; ".join(
        f'DELETE FROM "{name}"'  # noqa: S608 - our own tables
        for name in tables
        if name not in KEPT
    )
    session.execute(text("SET LOCAL lock_timeout = '20s'"))
    session.execute(text(_triggers("DISABLE")))
    session.execute(text(emptying))
    session.execute(text(_triggers("ENABLE")))


def _triggers(switch: str) -> str:
    return "; ".join(f"ALTER TABLE {name} {switch} TRIGGER append_only" for name in APPEND_ONLY)
