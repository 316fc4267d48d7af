"""The one-time codes sent to official mailboxes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.authority.memberships.models import Membership
from app.authority.memberships.rules import code_is_valid
from app.db import Base, Identified


class MembershipCode(Identified, Base):
    """A code that proves a membership, once. Only its keyed hash is kept.

    `mailbox` is the address it was sent to: a code proves nothing once the mailbox has changed.
    """

    __tablename__ = "membership_code"

    membership_id: Mapped[UUID] = mapped_column(ForeignKey(Membership.id), index=True)
    mailbox: Mapped[str] = mapped_column(index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    consumed_at: Mapped[datetime | None]

    def is_valid(self, instant: datetime) -> bool:
        """Whether it may still be tried at an instant."""
        return code_is_valid(
            expires_at=self.expires_at,
            tries=self.tries,
            spent=self.consumed_at is not None,
            instant=instant,
        )
