"""Contributions and the territories they speak for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.authority.mandates.models import Mandate, by_mandate
from app.authority.rights.acts.models import Act
from app.calendar.models import Consultation, Theme
from app.db import Base, Identified
from app.errors import N_
from app.gate.verb import Effect
from app.gate.verbs import DRAFT
from app.identity.models import Person, Profile
from app.territories.models import Territory
from consultation.contributions.rules import DESCRIPTION_LENGTH, TITLE_LENGTH, Content


class Kind(StrEnum):
    """What a contribution brings."""

    NEED = "need"
    SERVICE = "service"

    @property
    def label(self) -> str:
        return N_("Besoin") if self is Kind.NEED else N_("Service existant")


class Status(StrEnum):
    """Where its author left a contribution.

    A draft is its author's alone unless it is shared with its territory's members: by its author,
    or by the mandate that prepared it.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


contribution_place = Table(
    "contribution_place",
    Base.metadata,
    Column("contribution_id", ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True),
    Column("territory_id", ForeignKey(Territory.id), primary_key=True, index=True),
)


class Contribution(Identified, Base):
    """A need or an existing service, written by an author or imported from a source.

    `number` is public and given at submission. `profile`, `function` and `organisation` are what
    the public knows of the author, as they were then. Who prepared it, deposited it or withdrew it
    for a territory, and by which right, its acts say: `drafting_mandate` is the one by which a
    helper prepared it, if any, whose draft the members of its territory then share; `mandate` the
    one by which it was deposited. `source` and `reference` name an imported row, so
    that importing it again changes nothing.
    """

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("consultation_id", "source", "reference"),
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="numbered_once_submitted"),
        CheckConstraint("status = 'draft' OR kind IS NOT NULL", name="kind_once_submitted"),
        CheckConstraint(f"char_length(title) <= {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(
            f"char_length(description) <= {DESCRIPTION_LENGTH}", name="description_length"
        ),
        Index("ix_contribution_search", "search", postgresql_using="gin"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id))
    number: Mapped[int | None]
    # A draft may wait for it.
    kind: Mapped[Kind | None]
    status: Mapped[Status]
    title: Mapped[str]
    theme_id: Mapped[UUID | None] = mapped_column(ForeignKey(Theme.id))
    beneficiaries: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True)
    profile: Mapped[Profile | None]
    function: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]
    reference: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # Of a draft: whether its author shares it with the members of its territory.
    shared: Mapped[bool] = mapped_column(default=False)
    # Since when moderators hide its text, which stays counted.
    hidden_at: Mapped[datetime | None]
    # The public reason, of one withdrawn because it had been deposited without the right to.
    annulment: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(french_vector(title), 'A') || "
            "setweight(french_vector(beneficiaries), 'B') || "
            "setweight(french_vector(description), 'C')",
            persisted=True,
        ),
        deferred=True,
    )

    theme: Mapped[Theme | None] = relationship(lazy="raise")
    author: Mapped[Person | None] = relationship(lazy="raise")
    drafting_mandate: Mapped[Mandate | None] = by_mandate(
        lambda: Contribution.id, Act.verb == DRAFT.name
    )
    mandate: Mapped[Mandate | None] = by_mandate(
        lambda: Contribution.id, Act.effect == Effect.GIVES
    )
    places: Mapped[list[Territory]] = relationship(
        secondary=contribution_place, order_by=Territory.name, lazy="raise"
    )

    @property
    def spoken_for(self) -> UUID | None:
        """The territory its author speaks for, if any; needs `places` loaded."""
        return self.places[0].id if self.author_id and self.places else None

    @property
    def is_shared(self) -> bool:
        """Whether the members of its territory may write it, while it is a draft."""
        return self.shared or self.drafting_mandate is not None

    @property
    def kind_label(self) -> str:
        """What it brings; nothing for a draft that does not say it yet."""
        return self.kind.label if self.kind else ""

    @property
    def headline(self) -> str:
        """Its title, as everyone reads it."""
        return self.title if self.hidden_at is None else N_("Texte masqué par la modération")

    @property
    def opening(self) -> str:
        """Its description, as everyone reads it: nothing of a text that is hidden."""
        return self.description if self.hidden_at is None else ""

    @classmethod
    def begun(
        cls,
        consultation_id: UUID,
        author_id: UUID | None,
        content: Content,
        places: Sequence[Territory],
        instant: datetime,
    ) -> Contribution:
        """A new draft, which has no number yet."""
        draft = cls(
            id=uuid4(),
            consultation_id=consultation_id,
            status=Status.DRAFT,
            author_id=author_id,
            created_at=instant,
        )
        draft.write(content, places, instant)
        return draft

    def write(self, content: Content, places: Sequence[Territory], instant: datetime) -> None:
        """Replace what it says by this."""
        self.kind = Kind(content.kind) if content.kind else None
        self.title = content.title
        self.theme_id = content.theme_id
        self.beneficiaries = content.beneficiaries
        self.description = content.description
        self.places = list(places)
        self.updated_at = instant
