"""Reads about people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.db import db
from app.identity.models import Appointment, Person, Session, SignInLink
from app.identity.rules import LINKS_KEPT
from app.tokens import token_hash


def link_in_hand(token: str, instant: datetime) -> SignInLink | None:
    """The sign-in link of a token received within a day and not used, even if it expired."""
    return db.session.scalar(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash(token),
            SignInLink.consumed_at.is_(None),
            SignInLink.created_at > instant - LINKS_KEPT,
        )
    )


def session_by_token(token: str, instant: datetime) -> Session | None:
    """The current session a browser's token opens, with its person."""
    return db.session.scalar(
        select(Session)
        .join(Session.person)
        .options(contains_eager(Session.person))
        .where(
            Session.token_hash == token_hash(token),
            Session.revoked_at.is_(None),
            Session.expires_at > instant,
        )
    )


def addresses(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Where these people are written to, by their ids; those who were erased are left out."""
    rows = db.session.execute(
        select(Person.id, Person.email).where(Person.id.in_(person_ids), Person.email != "")
    )
    return {row.id: row.email for row in rows}


def current_sessions(person_id: UUID, instant: datetime) -> list[Session]:
    """The browsers a person is signed in with, latest first."""
    return list(
        db.session.scalars(
            select(Session)
            .where(
                Session.person_id == person_id,
                Session.revoked_at.is_(None),
                Session.expires_at > instant,
            )
            .order_by(Session.created_at.desc())
        )
    )


def current_appointments(person_id: UUID | None = None) -> list[Appointment]:
    """The current appointments: a person's, or everyone's with the people themselves."""
    query = select(Appointment).where(Appointment.ended_at.is_(None))
    if person_id is not None:
        return list(db.session.scalars(query.where(Appointment.person_id == person_id)))
    return list(
        db.session.scalars(
            query.join(Person, Person.id == Appointment.person_id)
            .options(joinedload(Appointment.person))
            .order_by(Appointment.role, Person.full_name, Person.email)
        )
    )
