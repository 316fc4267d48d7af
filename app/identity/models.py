"""People, their sessions, their one-time links and their appointments."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas import departement_label
from app.db import Base, Identified
from app.errors import N_
from app.gate.actors import Role


class Profile(StrEnum):
    """In what capacity a person takes part; public with what they write."""

    ELECTED = "elected"
    AGENT = "agent"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        return _PROFILES[self]


_PROFILES = {
    Profile.ELECTED: N_("Élu ou élue"),
    Profile.AGENT: N_("Agent ou agente"),
    Profile.PARTNER: N_("Partenaire"),
}


class Person(Identified, Base):
    """A human being with an e-mail address. Name and address are never public."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lowercase"),)

    email: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str] = mapped_column(default="")
    profile: Mapped[Profile | None]
    function: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    # With this key the journal names the person without naming them; erasing it unlinks them.
    journal_key: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=lambda: secrets.token_bytes(32)
    )
    created_at: Mapped[datetime]

    @property
    def profile_complete(self) -> bool:
        works_for = self.organisation or self.profile is not Profile.PARTNER
        return bool(self.full_name and self.profile and self.function and works_for)

    @property
    def display_name(self) -> str:
        return self.full_name or self.email


class SignInLink(Identified, Base):
    """A link sent by e-mail that opens one session, once, in the browser that asked for it.

    Only hashes are kept: of its token, and of the secret in the browser's cookie. The code that can
    be typed instead is derived from its number, and kept nowhere.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (Index(None, "browser_hash", "email"),)

    email: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    # The account at an identity provider that proving this mailbox attaches, if any.
    external_account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("external_account.id", ondelete="CASCADE"), index=True
    )
    next_path: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class Session(Identified, Base):
    """A browser that is signed in, until it expires or is revoked."""

    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    browser: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # The account at an identity provider through which it was opened, if any.
    external_account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("external_account.id", ondelete="SET NULL"), index=True
    )
    stepped_up_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Appointment(Identified, Base):
    """A person serves the agency, a committee or a prefecture: for one consultation, or for all.

    `departement_code` is the one whose contributions a prefecture reader reads.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index(
            "uq_appointment_standing",
            "person_id",
            "role",
            "consultation_id",
            "departement_code",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "(role = 'prefecture') = (departement_code <> '')", name="departement_if_prefecture"
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    role: Mapped[Role]
    consultation_id: Mapped[UUID | None] = mapped_column(ForeignKey("consultation.id"))
    organisation: Mapped[str] = mapped_column(default="")
    departement_code: Mapped[str] = mapped_column(default="")
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="raise")

    @property
    def departement(self) -> str:
        """The département read, as lists name it; empty for the other roles."""
        return departement_label(self.departement_code)
