"""Invitations to belong to a territory."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.identity.models import Person
from app.territories.models import Territory


class Invitation(Identified, Base):
    """A referent invites whoever has an address, for 72 hours, once."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lowercase"),
        Index(
            "uq_invitation_standing",
            "territory_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id))
    email: Mapped[str]
    level: Mapped[int]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship(lazy="raise")
    invited_by: Mapped[Person] = relationship(foreign_keys=invited_by_id, lazy="raise")
