"""The database: declarative base, session, transactions and what waits for their commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Enum,
    MetaData,
    NullPool,
    Sequence,
    Text,
    Uuid,
    create_engine,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app import clock

logger = logging.getLogger(__name__)


def _values(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


class Base(DeclarativeBase):
    """What every table shares: names of constraints by convention, and the types of columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: TIMESTAMP(timezone=True),
        str: Text(),
        UUID: Uuid(),
        StrEnum: Enum(StrEnum, native_enum=False, length=40, values_callable=_values),
        int: BigInteger(),
        dict[str, Any]: JSONB(),
    }


class Identified:
    """A row known by a UUID."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


# Our Base goes in as metadata and not as `model_class`, which refuses a type_annotation_map.
db = SQLAlchemy(metadata=Base.metadata)

Effect = Callable[[], object]
_EFFECTS = "after_commit"


def after_commit(effect: Effect) -> None:
    """Run a function once the present transaction is committed, and only then.

    SQLAlchemy's own event of that name also fires when a savepoint is released, which is too soon.
    An effect carries identifiers, not rows, and its failure never reaches the person: what must
    happen in the end is in the database, and a sweep finds it.
    """
    db.session().info.setdefault(_EFFECTS, []).append(effect)


def commit(*, quietly: bool = False) -> None:
    """Commit the present transaction, then run what waited for it; `quietly` runs nothing."""
    session = db.session()
    session.commit()
    effects: list[Effect] = session.info.pop(_EFFECTS, [])
    for effect in () if quietly else effects:
        try:
            effect()
        except Exception:
            logger.exception("an effect after commit failed; the sweep will make up for it")


def rollback() -> None:
    """Give up the present transaction and what waited for its commit."""
    session = db.session()
    session.info.pop(_EFFECTS, None)
    try:
        session.rollback()
    except DBAPIError:
        # The connection died, and the transaction with it: what was read before is no less true.
        db.session.remove()


@contextmanager
def transaction(*, quietly: bool = False) -> Iterator[None]:
    """One unit of work outside a request: a job, a command, a test, a quiet replay."""
    try:
        yield
        commit(quietly=quietly)
    except BaseException:
        rollback()
        raise


def database_instant() -> datetime:
    """The instant of the database's clock, to be read once all is locked; a chosen one if any."""
    chosen = clock.chosen()
    if chosen is not None:
        return chosen
    instant: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return instant


def next_value(sequence: Sequence) -> int:
    """A number a sequence never gave before, and never gives again."""
    number: int = db.session.execute(select(sequence.next_value())).scalar_one()
    return number


@contextmanager
def as_owner() -> Iterator[Session]:
    """One unit of work under the role that owns the tables: migrations and reference data."""
    engine = create_engine(current_app.config["DATABASE_OWNER_URL"], poolclass=NullPool)
    with Session(engine) as session, session.begin():
        yield session


def read_only() -> None:
    """Have the database itself refuse any write until the present transaction ends."""
    db.session.connection(execution_options={"postgresql_readonly": True})


def lock_key(id_: UUID) -> int:
    """The number PostgreSQL knows the advisory lock of a UUID by: its first 64 bits, signed."""
    return int.from_bytes(id_.bytes[:8], signed=True)


def advisory_lock(key: UUID, *, shared: bool = False) -> None:
    """Lock a UUID until the transaction ends: shared by acts, alone to change what they rely on."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    db.session.execute(text(f"SELECT {function}(:key)"), {"key": lock_key(key)})
