"""The corrections of what was published, which only grow."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.calendar.models import Consultation
from app.db import Base, Identified
from app.identity.models import Person
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal


class Correction(Identified, Base):
    """A published proposal reads otherwise, or a contribution has another outcome, for a reason.

    `changes` are what was changed: for each, a name of CHANGED, what was read before and what is
    read after. `told` is how many were written to. While `transaction_id` is the transaction's own,
    the database lets what was published of that contribution be replaced.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("num_nonnulls(proposal_id, contribution_id) = 1", name="of_one_thing"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id), index=True)
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey(Proposal.id), index=True)
    contribution_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contribution.id), index=True)
    reason: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    told: Mapped[int]
    corrected_at: Mapped[datetime]
    corrected_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=func.txid_current())

    proposal: Mapped[Proposal | None] = relationship(lazy="raise")
    contribution: Mapped[Contribution | None] = relationship(lazy="raise")
