"""Loading the registry again, and a later edition of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import as_owner
from app.gate.actors import TerritoryKind
from app.territories.imports import load_registry
from app.territories.models import Territory
from app.territories.rules import (
    territory_id,
)

COMMUNE, EPCI, DEPARTEMENT, REGION, SPECIAL, SYNDICAT = TerritoryKind


def get(session: Session, kind: TerritoryKind, code: str) -> Territory | None:
    return session.scalar(select(Territory).filter_by(kind=kind, code=code))


def found(session: Session, kind: TerritoryKind, code: str) -> Territory:
    territory = get(session, kind, code)
    assert territory is not None
    return territory


@pytest.fixture
def owner(app: Flask) -> Iterator[Session]:
    """A session of the role that loads the registry; what a test does with it is undone."""
    with as_owner() as session:
        yield session
        session.rollback()


def test_loading_again_changes_nothing(owner: Session) -> None:
    report = load_registry(owner)
    assert (report.added, report.changed, report.ended) == (0, 0, 0)
    assert report.unchanged == report.read == 36_342


def test_loading_mends_adds_and_ends(owner: Session) -> None:
    mended = found(owner, COMMUNE, "22113")
    identifier = mended.id
    mended.name, mended.postcodes = "Lannio", []
    # A commune under a code that the edition does not know: the same SIREN comes with the new row.
    owner.execute(
        update(Territory)
        .where(Territory.kind == COMMUNE, Territory.code == "29083")
        .values(id=territory_id(COMMUNE, "29999"), code="29999")
    )

    report = load_registry(owner, edition=date(2027, 1, 1))

    assert (report.added, report.changed, report.ended) == (1, 1, 1)
    lannion = found(owner, COMMUNE, "22113")
    assert (lannion.id, lannion.name, lannion.postcodes) == (identifier, "Lannion", ["22300"])
    follower, ended = found(owner, COMMUNE, "29083"), found(owner, COMMUNE, "29999")
    assert (follower.ended_on, ended.ended_on) == (None, date(2027, 1, 1))
    assert follower.siren == ended.siren


def test_a_territory_that_comes_back_is_no_longer_ended(owner: Session) -> None:
    found(owner, COMMUNE, "22113").ended_on = date(2025, 1, 1)
    assert load_registry(owner).changed == 1
    assert found(owner, COMMUNE, "22113").ended_on is None


def test_the_data_is_packed_without_a_date() -> None:
    packed = files("app.territories").joinpath("data", "territories.csv.gz").read_bytes()
    assert packed[4:8] == bytes(4)
