"""What the committee decides of each proposal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Sequence
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.identity.models import Person
from consultation.proposals.models import Proposal, Stage

REASON_LENGTH = 2_000


# A decision undone then taken again never has a version that was read before.
VERSIONS = Sequence("verdict_version_seq", metadata=Base.metadata)


class Verdict(Base):
    """What the committee decided of a proposal, and why: one row at most, by its primary key.

    Provisional until the selection is published, which carries `stage` to the proposal itself.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint("stage IN ('selected', 'deferred', 'declined')", name="stage_decided"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey(Proposal.id), primary_key=True)
    stage: Mapped[Stage]
    reason: Mapped[str]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(VERSIONS)

    proposal: Mapped[Proposal] = relationship(lazy="raise")
