"""The links by which an official mailbox contests what it is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Identified
from app.territories.memberships.models import Membership


class Notice(Identified, Base):
    """A message told a mailbox of a membership. Only the hash of its link's token is kept."""

    __tablename__ = "membership_notice"

    membership_id: Mapped[UUID] = mapped_column(ForeignKey(Membership.id), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    membership: Mapped[Membership] = relationship(lazy="raise")
