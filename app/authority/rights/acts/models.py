"""What was done for a territory, by whom and by which right."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.rights.models import Right
from app.calendar.models import Consultation
from app.db import Base, Identified
from app.gate.verb import VERBS, Effect, Verb
from app.identity.models import Person
from app.territories.models import Territory


class Act(Identified, Base):
    """An act done for a territory, in the order of their `position`; only ever added.

    What links it to a person and to a right can be erased, which is why the journal does not keep
    it. `subject_id` is what was done or undone, as the journal names it, none of the acts of before
    it was kept; `number` and `title` are those of the proposal or of the contribution, the number 0
    for a draft. What moderators judge is done by no right. `sent_at` is empty while the territory
    has yet to be sent what someone else did in its name.
    """

    __tablename__ = "act"
    __table_args__ = (
        Index(None, "subject_id", "position"),
        Index(None, "right_id", "position"),
        Index(None, "person_id", "done_at"),
        Index("ix_act_unsent", "position", postgresql_where=text("sent_at IS NULL")),
    )

    position: Mapped[int] = mapped_column(Identity(), unique=True)
    right_id: Mapped[UUID | None] = mapped_column(ForeignKey(Right.id))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id))
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    verb: Mapped[str]
    effect: Mapped[Effect | None]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID | None]
    number: Mapped[int]
    title: Mapped[str]
    done_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    right: Mapped[Right | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")
    territory: Mapped[Territory] = relationship(lazy="raise")

    @property
    def under(self) -> Verb:
        """The verb it was done under."""
        return VERBS[self.verb]
