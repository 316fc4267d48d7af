"""Mandates, the persons they name, and the alerts that what is done by them raises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    Relationship,
    aliased,
    mapped_column,
    relationship,
)

from app.authority.mandates.rules import Named, ending_refusal
from app.authority.rights.acts.models import Act
from app.authority.rights.models import Right, RightKind, TerritoryId
from app.calendar.models import Consultation
from app.db import Base, Identified
from app.errors import Conflict
from app.gate.actors import Action
from app.identity.models import Person
from app.territories.models import Territory


class Mandate(Right):
    """A territory lets persons of a helper structure act for it, in one consultation.

    Prepared, it gives nothing; signed, it gives its actions from `starts_at` until `ends_at`,
    unless contested or ended before. `text` is what was signed, `text_hash` its SHA-256. The
    helper is a territory of the registry, or, by its name alone, a syndicat or an association.
    `named` is whom the territory names, as it wrote them (see `rules.Named`): until the signature
    nobody is known by it, from then on they are its `persons`.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        # A day of 25 hours may lie within the 365.
        CheckConstraint("ends_at - starts_at <= interval '365 days 1 hour'", name="a_year_at_most"),
        CheckConstraint("cardinality(actions) > 0", name="allows_something"),
        CheckConstraint("(signed_by_id IS NULL) = (text_hash IS NULL)", name="signed_text"),
    )
    __mapper_args__ = {"polymorphic_identity": RightKind.MANDATE}

    id: Mapped[UUID] = mapped_column(ForeignKey(Right.id), primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    helper_id: Mapped[UUID | None] = mapped_column(ForeignKey(Territory.id))
    helper: Mapped[str]
    named: Mapped[list[str]] = mapped_column(ARRAY(Text))
    actions: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    text: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))

    consultation: Mapped[Consultation] = relationship(lazy="raise")
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id, lazy="raise")
    persons: Mapped[list[MandatePerson]] = relationship(lazy="raise", viewonly=True)

    @property
    def allowed(self) -> frozenset[Action]:
        return frozenset(Action(action) for action in self.actions)

    def called(self, person: Person) -> str:
        """A person as the territory named them: it reads nothing else that is known of them."""
        labels = {each.address: each.label for each in map(Named.parse, self.named)}
        return labels.get(person.email, person.email)

    @property
    def signature(self) -> str:
        """Who signed it, « Prénom Nom, fonction »; needs `signed_by` loaded."""
        who = self.signed_by
        return ", ".join(filter(None, (who.display_name, who.function))) if who else ""

    @property
    def labels(self) -> list[str]:
        """Whom the territory names, as a text says them."""
        return [Named.parse(person).label for person in self.named]

    def lasts(self, instant: datetime) -> bool:
        """Whether there is something left to end: signed, neither ended nor past its term."""
        return self.given_at is not None and not self.is_over and instant < self.ends_at

    def is_current(self, instant: datetime) -> bool:
        """Whether it gives its actions at an instant."""
        return (
            self.given_at is not None
            and not self.is_over
            and self.contested_at is None
            and self.starts_at <= instant < self.ends_at
        )

    def ending_refusal(self, instant: datetime) -> Conflict | None:
        """Why it may not be ended, nor a person taken out of it, at an instant, or None."""
        return ending_refusal(
            signed=self.given_at is not None,
            over=self.is_over,
            ends_at=self.ends_at,
            instant=instant,
        )

    @property
    def scope(self) -> UUID | None:
        return self.consultation_id

    @property
    def via(self) -> str:
        return self.helper

    @property
    def people(self) -> list[Person]:
        """The persons it names, or named; needs them loaded."""
        return [named.person for named in self.persons]

    @property
    def concerned(self) -> set[UUID]:
        """Its persons, who prepared it and who signed it; needs `persons` loaded."""
        named = {named.person_id for named in self.persons} | {self.prepared_by_id}
        return named | ({self.signed_by_id} if self.signed_by_id else set())

    @classmethod
    def acted_by(
        cls,
        person_id: UUID | None,
        territory_id: TerritoryId,
        instant: datetime,
    ) -> ColumnElement[bool]:
        """Whether a mandate of a territory that lasts names someone, suspended or not."""
        mandate = aliased(Mandate, flat=True)
        lasting = (
            select(mandate.id)
            .join(MandatePerson, MandatePerson.mandate_id == mandate.id)
            .where(
                MandatePerson.person_id == person_id,
                MandatePerson.removed_at.is_(None),
                mandate.territory_id == territory_id,
                mandate.given_at.is_not(None),
                mandate.ended_at.is_(None),
                mandate.ends_at > instant,
            )
        )
        return lasting.exists()


class MandatePerson(Base):
    """A person whom a signed mandate names, until removed from it."""

    __tablename__ = "mandate_person"

    mandate_id: Mapped[UUID] = mapped_column(
        ForeignKey(Mandate.id, ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)
    removed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    mandate: Mapped[Mandate] = relationship(lazy="raise", viewonly=True)


class MandateAlert(Identified, Base):
    """A person did much by mandates in little time: moderators are sent it, once a day at most."""

    __tablename__ = "mandate_alert"
    __table_args__ = (Index(None, "person_id", "raised_at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id))
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    raised_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


def by_mandate(
    subject_id: Callable[[], InstrumentedAttribute[UUID]], done: ColumnElement[bool]
) -> Relationship[Any]:
    """The mandate by which something was `done`, if any, as its act says; loaded on demand only."""
    acts = Act.__table__
    return relationship(
        Mandate,
        secondary=acts,
        primaryjoin=lambda: and_(subject_id() == acts.c.subject_id, done),
        secondaryjoin=lambda: acts.c.right_id == Mandate.id,
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
