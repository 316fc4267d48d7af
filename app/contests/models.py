"""Contests of memberships and of mandates, and who contests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate
from app.authority.memberships.models import Membership
from app.calendar.models import Consultation
from app.contests.rules import Judged, Voice
from app.db import Base, Identified
from app.identity.models import Person

Right = Membership | Mandate


def concerned_by(right: Right) -> set[UUID]:
    """Whom a membership or a mandate, with its persons loaded, is the affair of."""
    if isinstance(right, Membership):
        return {right.person_id}
    named = {named.person_id for named in right.persons} | {right.prepared_by_id}
    return named | ({right.signed_by_id} if right.signed_by_id else set())


class Contest(Identified, Base):
    """A membership, or a mandate, is contested until a moderator upholds or ends it.

    Whether it is suspended meanwhile is told by its own `contested_at`. The person contested may
    `reply`. Once it is ended, its acts are judged, until what remains is left in place (`left_at`).
    """

    __tablename__ = "membership_contest"
    __table_args__ = (
        Index(
            "uq_membership_contest_standing",
            "membership_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index(
            "uq_membership_contest_standing_mandate",
            "mandate_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("num_nonnulls(membership_id, mandate_id) = 1", name="of_one"),
    )

    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey(Membership.id))
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey(Mandate.id))
    contested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    upheld: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    left_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))

    membership: Mapped[Membership | None] = relationship(lazy="raise")
    mandate: Mapped[Mandate | None] = relationship(lazy="raise")
    objections: Mapped[list[Objection]] = relationship(
        order_by="Objection.made_at", lazy="raise", viewonly=True
    )
    judgements: Mapped[list[Judgement]] = relationship(
        order_by="Judgement.judged_at", lazy="raise", viewonly=True
    )

    @property
    def right(self) -> Right:
        """What is contested; needs it loaded."""
        right = self.mandate if self.mandate_id else self.membership
        assert right is not None
        return right

    @property
    def people(self) -> list[Person]:
        """Those whose right is contested; needs them loaded."""
        right = self.right
        if isinstance(right, Membership):
            return [right.person]
        return [named.person for named in right.persons]

    @property
    def concerned(self) -> set[UUID]:
        """Those it is about and, of a mandate, who prepared and signed it; needs them loaded."""
        return concerned_by(self.right)

    @property
    def via(self) -> str:
        """The helper structure of a contested mandate, empty for a membership."""
        right = self.right
        return "" if isinstance(right, Membership) else right.helper


class Objection(Identified, Base):
    """Someone says why they contest; once in each quality. A mailbox is nobody in particular."""

    __tablename__ = "contest_objection"
    __table_args__ = (
        UniqueConstraint("contest_id", "voice", "person_id", postgresql_nulls_not_distinct=True),
    )

    contest_id: Mapped[UUID] = mapped_column(ForeignKey(Contest.id))
    voice: Mapped[Voice]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    reason: Mapped[str]
    made_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship(lazy="raise")


class Judgement(Identified, Base):
    """An act of a right that ended as contested is annulled, or what it withdrew restored."""

    __tablename__ = "contest_judgement"

    contest_id: Mapped[UUID] = mapped_column(ForeignKey(Contest.id), index=True)
    act: Mapped[Judged]
    restored: Mapped[bool]
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    number: Mapped[int]
    title: Mapped[str]
    reason: Mapped[str]
    judged_at: Mapped[datetime]
    judged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))

    consultation: Mapped[Consultation] = relationship(lazy="raise")
