"""Reads of the registry."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, any_, literal, or_, select

from app.db import db
from app.gate.actors import TerritoryKind
from app.territories.models import Territory


def territory_by_code(kind: TerritoryKind, code: str) -> Territory | None:
    """The territory of a kind that bears an official code."""
    return db.session.scalar(
        select(Territory).where(Territory.kind == kind, Territory.code == code)
    )


def in_departement(code: str) -> ColumnElement[bool]:
    """That a territory is in a département, or is the body that serves as its council.

    One body serves for two in Alsace and in Corsica: it is in neither, and bears the codes of
    both. Elsewhere such codes are those of the région the same body is: 03 is Guyane's.
    """
    counted = literal(TerritoryKind.DEPARTEMENT.value) == any_(Territory.counted_as)
    serves = or_(Territory.kind == TerritoryKind.DEPARTEMENT, counted)
    return or_(
        Territory.departement_code == code,
        and_(
            Territory.departement_code.is_(None),
            serves,
            literal(code) == any_(Territory.other_codes),
        ),
    )
