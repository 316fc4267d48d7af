"""Reads of closes that come near, and of who asked to be reminded of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.calendar.models import Consultation
from app.calendar.queries import consultations
from app.calendar.reminders.models import Reminder
from app.db import db
from app.phases import Phase, Window

# Long enough to have a mayor read a text, or a council sit.
BEFORE_CLOSE = timedelta(days=3)


@dataclass(frozen=True)
class Closing:
    """A phase of a consultation that closes soon."""

    consultation: Consultation
    window: Window


def closing_soon(phase: Phase, instant: datetime) -> list[Closing]:
    """The consultations, announced, in which a phase is open and closes within three days."""
    found = []
    for consultation in consultations():
        window = consultation.calendar().window(phase)
        if consultation.announced_at is None or window is None or not window.is_open(instant):
            continue
        if window.closes_at - instant <= BEFORE_CLOSE:
            found.append(Closing(consultation, window))
    return found


def asked(consultation_id: UUID, phase: Phase) -> Sequence[UUID]:
    """The people who asked to be reminded before a phase closes."""
    return db.session.scalars(
        select(Reminder.person_id).where(
            Reminder.consultation_id == consultation_id,
            Reminder.phase == phase,
            Reminder.asked_at.is_not(None),
        )
    ).all()


def has_asked(consultation_id: UUID, phase: Phase, person_id: UUID | None) -> bool:
    """Whether a person asked to be reminded before a phase closes."""
    asked_at = db.session.scalar(
        select(Reminder.asked_at).where(
            Reminder.consultation_id == consultation_id,
            Reminder.phase == phase,
            Reminder.person_id == person_id,
        )
    )
    return asked_at is not None
