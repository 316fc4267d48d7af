"""Time passes in a consultation that people are at."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from app import clock
from app.calendar.models import PhaseWindow
from app.db import db, transaction
from app.phases import Phase


def support_begins(consultation_id: UUID) -> None:
    """The collection closed this minute, and the support phase is open."""
    now = clock.now()
    dates = {
        Phase.COLLECTION: {"closes_at": now},
        Phase.SUPPORT: {"opens_at": now, "closes_at": now + timedelta(days=20)},
    }
    db.session.rollback()
    with transaction():
        for phase, changed in dates.items():
            db.session.execute(
                update(PhaseWindow)
                .where(PhaseWindow.consultation_id == consultation_id, PhaseWindow.phase == phase)
                .values(**changed)
            )
