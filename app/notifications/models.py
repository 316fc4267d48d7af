"""The outbox: an e-mail is a row written in the transaction of the change it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Identified


class Outbox(Identified, Base):
    """An e-mail to deliver. `address` and `facts` are wiped once it is sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "next_attempt_at", postgresql_where=text("closed_at IS NULL")),
    )

    message: Mapped[str]
    address: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
