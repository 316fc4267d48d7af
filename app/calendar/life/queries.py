"""Reads about the life of consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.calendar.life.rules import Life, life_of, missing
from app.calendar.models import Consultation, Theme
from app.calendar.queries import consultations
from app.db import db


def wanting(consultation: Consultation) -> list[str]:
    """What a consultation still needs before it is announced, a sentence each."""
    many = select(func.count()).where(Theme.consultation_id == consultation.id)
    return missing(
        consultation.calendar(),
        summary=consultation.summary,
        themes=db.session.scalar(many) or 0,
        rules=consultation.rules,
    )


@dataclass(frozen=True)
class Living:
    """A consultation and the point of its life it is at."""

    consultation: Consultation
    life: Life


def living(instant: datetime) -> Sequence[Living]:
    """Every consultation at its point of life, drafts included, the latest created first."""
    return [Living(each, life_of(each.calendar(), instant)) for each in consultations()]
