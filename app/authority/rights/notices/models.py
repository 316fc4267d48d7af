"""The links by which an official mailbox contests what its notices are about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.rights.acts.models import Act
from app.authority.rights.models import Right
from app.db import Base, Identified


class Notice(Identified, Base):
    """A notice to a mailbox about a right, or one act done by it.

    Only the hash of its link's token is kept.
    """

    __tablename__ = "notice"

    right_id: Mapped[UUID] = mapped_column(ForeignKey(Right.id), index=True)
    act_id: Mapped[UUID | None] = mapped_column(ForeignKey(Act.id))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    right: Mapped[Right] = relationship(lazy="raise")
