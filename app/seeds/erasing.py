"""Empty the base: to replay the demonstration at another moment, and after each test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, text
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


def erase_only(consultation_id: UUID) -> None:
    """Erase a consultation and all that is of it, people and territories aside.

    Its lines of the journal too: nobody but the owner of a base in development may.
    """
    with as_owner() as session:
        session.execute(text("SET LOCAL lock_timeout = '20s'"))
        owned = _owned_by(session, consultation_id)
        session.execute(text(_triggers("DISABLE")))
        for table in reversed(Base.metadata.sorted_tables):
            if (of_it := _is_owned(table, owned, consultation_id)) is not None:
                session.execute(delete(table).where(of_it))
        session.execute(text(_triggers("ENABLE")))


Owned = dict[str, Sequence[UUID]]


def _owned_by(session: Session, consultation_id: UUID) -> Owned:
    """The rows of a consultation, table by table, those that hold others first."""
    mandate = Base.metadata.tables["mandate"]
    mandates = select(mandate.c.id).where(mandate.c.consultation_id == consultation_id)
    # A right is of a consultation when it is a mandate: it is that mandate's own row.
    owned: Owned = {
        "consultation": [consultation_id],
        "acting_right": session.scalars(mandates).all(),
    }
    for table in Base.metadata.sorted_tables:
        of_it = _is_owned(table, owned, consultation_id)
        if table.name not in owned and of_it is not None and "id" in table.c:
            owned[table.name] = session.scalars(select(table.c.id).where(of_it)).all()
    return owned


def _is_owned(table: Table, owned: Owned, consultation_id: UUID) -> ColumnElement[bool] | None:
    """What is true of the rows of a table that are of a consultation; None when none can be."""
    if table.name in {"consultation", "acting_right"}:
        return table.c.id.in_(owned[table.name])
    if table.name == "journal_event":
        return or_(
            table.c.consultation_id == consultation_id, table.c.subject_id == consultation_id
        )
    conditions = [
        foreign.parent.in_(owned[foreign.column.table.name])
        for foreign in table.foreign_keys
        if foreign.column.table.name in owned
    ]
    return or_(*conditions) if conditions else None


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
