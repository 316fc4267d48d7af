"""Reads of the registry."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.gate import TerritoryKind
from app.territories.models import Territory


def territory_by_code(kind: TerritoryKind, code: str) -> Territory | None:
    """The territory of a kind that bears an official code."""
    return db.session.scalar(
        select(Territory).where(Territory.kind == kind, Territory.code == code)
    )
