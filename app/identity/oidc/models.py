"""Accounts at the identity provider."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Identified
from app.identity.models import Person


class ExternalAccount(Identified, Base):
    """Someone as an identity provider knows them: known by (issuer, subject), never by address.

    It belongs to nobody until the mailbox it claims is proved, or until someone signed in takes it
    as theirs.
    """

    __tablename__ = "external_account"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(Person.id), index=True)
    email: Mapped[str]
    given_name: Mapped[str]
    usual_name: Mapped[str]
    siret: Mapped[str]
    # The token to show the provider when one signs out of it too.
    id_token: Mapped[str]
    seen_at: Mapped[datetime]
    linked_at: Mapped[datetime | None]
