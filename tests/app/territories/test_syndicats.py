"""Syndicats come by a file, are found like any territory, and outlive the registry's editions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import as_owner
from app.errors import Invalid
from app.gate.actors import TerritoryKind
from app.sheets import read_sheet
from app.territories.imports import load_registry
from app.territories.models import Territory
from app.territories.places import territory_by_place_name
from app.territories.search import search_territories
from app.territories.syndicats.imports import load_syndicats, read_syndicats

SYNDICAT = TerritoryKind.SYNDICAT
TODAY = date(2026, 12, 1)
TABLE = """siren,name,departement
200 009 652,SIVOM de la Vallée du Steir,29
257801654,Syndicat mixte du Pays de Lannion,Côtes-d’Armor
257801654,Le même,22
123456789,Un SIREN faux,22
200096154,,22
200096162,Sans département,99
"""


@pytest.fixture
def owner(app: Flask) -> Iterator[Session]:
    """A session of the role that loads the registry; what a test does with it is undone."""
    with as_owner() as session:
        yield session
        session.rollback()


def _load(session: Session, table: str) -> tuple[int, int, int]:
    report = load_syndicats(session, read_syndicats(read_sheet(table.encode())), edition=TODAY)
    return report.added, report.changed, report.ended


def test_a_list_is_read_row_by_row(app: Flask) -> None:
    reading = read_syndicats(read_sheet(TABLE.encode()))
    assert [row.code for row in reading.rows] == ["200009652", "257801654"]
    assert [fault.partition(" : ")[0].replace("\u00a0", " ") for fault in reading.faults] == [
        "ligne 4",
        "ligne 5",
        "ligne 6",
        "ligne 7",
    ]
    with pytest.raises(Invalid, match="departement"):
        read_syndicats(read_sheet(b"siren,name\n1,2\n"))


def test_syndicats_are_found_and_outlive_the_editions_of_the_registry(owner: Session) -> None:
    assert _load(owner, TABLE) == (2, 0, 0)
    assert _load(owner, TABLE) == (0, 0, 0)
    steir = territory_by_place_name(owner, "SIVOM DE LA VALLEE DU STEIR", SYNDICAT)
    assert (steir.code, steir.departement_code) == ("200009652", "29")
    assert search_territories(owner, "vallée du steir")[0].code == "200009652"
    report = load_registry(owner)
    assert (report.added, report.changed, report.ended) == (0, 0, 0)
    shorter = "\n".join(TABLE.splitlines()[:2])
    assert _load(owner, shorter) == (0, 0, 1)
    ended = select(Territory.ended_on).where(Territory.code == "257801654")
    assert owner.scalar(ended) == TODAY


def test_the_siren_of_another_territory_is_refused(owner: Session) -> None:
    """22113 is Lannion."""
    lannion = owner.scalar(select(Territory.siren).where(Territory.code == "22113"))
    with pytest.raises(Invalid, match="d’un autre territoire"):
        _load(owner, f"siren,name,departement\n{lannion},Un syndicat,22\n")
