"""The links by which an official mailbox contests what it is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate, MandateUse
from app.authority.memberships.models import Membership
from app.db import Base, Identified


class Notice(Identified, Base):
    """A message told a mailbox of a membership, of a mandate, or of one act by it, its `use`.

    Only the hash of its link's token is kept.
    """

    __tablename__ = "membership_notice"
    __table_args__ = (
        CheckConstraint("num_nonnulls(membership_id, mandate_id) = 1", name="of_one"),
    )

    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey(Membership.id), index=True)
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id), index=True)
    use_id: Mapped[UUID | None] = mapped_column(ForeignKey(MandateUse.id))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    membership: Mapped[Membership | None] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = relationship(lazy="raise")

    @property
    def right(self) -> Membership | Mandate:
        """What the mailbox is told of; needs it loaded."""
        right = self.mandate if self.mandate_id else self.membership
        assert right is not None
        return right
