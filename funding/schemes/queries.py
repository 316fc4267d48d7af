"""Reads of the schemes of a consultation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from funding.schemes.models import Scheme


def schemes(consultation_id: UUID) -> Sequence[Scheme]:
    """The schemes of a consultation, by name."""
    return db.session.scalars(
        select(Scheme)
        .where(Scheme.consultation_id == consultation_id)
        .order_by(func.lower(func.unaccent(Scheme.name)))
    ).all()


def scheme_by_slug(consultation_id: UUID, slug: str) -> Scheme | None:
    """The scheme of a consultation at an address."""
    return db.session.scalar(
        select(Scheme).where(Scheme.consultation_id == consultation_id, Scheme.slug == slug)
    )
