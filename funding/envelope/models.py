"""The money of a consultation, in integer cents, and each amount committed of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.calendar.models import Consultation
from app.db import Base, Identified


class Envelope(Identified, Base):
    """What the State may spend on the services of a consultation, and what is committed of it.

    `committed_cents` is kept with the commitments it adds up. `usual_share` is the State's share of
    a service's cost, in percent, above which a reason is asked for.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("committed_cents BETWEEN 0 AND total_cents", name="never_exceeded"),
        CheckConstraint("usual_share BETWEEN 1 AND 100", name="share_in_percent"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id), unique=True)
    total_cents: Mapped[int]
    committed_cents: Mapped[int] = mapped_column(default=0)
    usual_share: Mapped[int]
    set_at: Mapped[datetime]

    @property
    def left_cents(self) -> int:
        return self.total_cents - self.committed_cents


class Commitment(Identified, Base):
    """An amount committed for one purpose: the row, of another feature, it is committed for."""

    __tablename__ = "commitment"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_positive"),)

    envelope_id: Mapped[UUID] = mapped_column(ForeignKey(Envelope.id), index=True)
    purpose_id: Mapped[UUID] = mapped_column(unique=True)
    amount_cents: Mapped[int]
    committed_at: Mapped[datetime]
