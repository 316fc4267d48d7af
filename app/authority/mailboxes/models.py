"""The official mailbox of each territory, by import."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.territories.models import Territory


class Mailbox(Base):
    """Where the State's directory writes to a territory: one address at most.

    `changed_at` is empty as long as the address is the one of the first import of the territory's
    kind; `previous` is the address it replaced, sent what is asked at the new one too. `siret`
    is that of the siège, empty when the file does not say.
    """

    __tablename__ = "mailbox"
    __table_args__ = (CheckConstraint("address = lower(address)", name="address_lowercase"),)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str] = mapped_column(index=True)
    website: Mapped[str] = mapped_column(default="")
    siret: Mapped[str] = mapped_column(default="")
    previous: Mapped[str] = mapped_column(default="")
    imported_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
