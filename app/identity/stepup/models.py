"""What a person confirms with: an application's secret, and recovery codes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Identified
from app.identity.models import Person


class Authenticator(Identified, Base):
    """An application that makes time-based codes (TOTP): pending until a first code proves it.

    The secret is sealed: see `totp.sealed`. `last_used_step` is the time step of the last code
    taken, for a code is taken once (RFC 6238, section 5.2).
    """

    __tablename__ = "authenticator"
    __table_args__ = (
        Index(
            "uq_authenticator_confirmed",
            "person_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NOT NULL"),
        ),
        Index(
            "uq_authenticator_pending",
            "person_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_used_step: Mapped[int | None]


class RecoveryCode(Identified, Base):
    """A code that replaces the application once. Only its keyed hash is kept."""

    __tablename__ = "recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WrongCode(Identified, Base):
    """A refused code: kept in the database, for the limit on guesses to count whatever happens."""

    __tablename__ = "wrong_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    typed_at: Mapped[datetime]
