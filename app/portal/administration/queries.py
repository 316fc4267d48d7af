"""What the administration counts of every consultation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from app.calendar.models import Consultation
from app.db import db
from app.gate.actors import Role
from app.identity.models import Appointment
from app.moderation.queries import count_queries
from app.portal.administration.rules import State
from consultation.contributions.models import Contribution, Status
from consultation.triage.models import Outcome
from funding.envelope.models import Envelope
from funding.schemes.models import Scheme


def states() -> dict[UUID, State]:
    """The state of each consultation by its number, in one statement."""
    here = Consultation.id
    envelope = select(Envelope.id).where(Envelope.consultation_id == here).exists()
    decided = select(Outcome.contribution_id).where(Outcome.contribution_id == Contribution.id)
    waiting = select(func.count(Contribution.id)).where(
        Contribution.consultation_id == here,
        Contribution.status == Status.SUBMITTED,
        ~decided.exists(),
    )
    signalled, _hidden, contested = count_queries(here)
    schemes = select(func.count(Scheme.id)).where(Scheme.consultation_id == here)
    rows = db.session.execute(
        select(
            here,
            _serving(Role.MODERATOR).scalar_subquery(),
            _serving(Role.COPIL).scalar_subquery(),
            envelope,
            schemes.scalar_subquery(),
            waiting.scalar_subquery(),
            signalled + contested,
        )
    )
    return {row[0]: State(*row[1:]) for row in rows}


def _serving(role: Role) -> Select[int]:
    """How many serve in a consultation, or in all of them."""
    there: ColumnElement[bool] = Appointment.consultation_id.is_(None)
    return select(func.count(Appointment.person_id.distinct())).where(
        Appointment.role == role,
        Appointment.ended_at.is_(None),
        there | (Appointment.consultation_id == Consultation.id),
    )
