"""Tables as people keep them: places of every kind, codes as spreadsheets leave them, qualities."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.consultation.contributions.test_imports import Desk

COLUMNS = ("reference", "title", "description", "territories", "area", "profile", "kind")


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    return Desk(app, tmp_path)


def _read(desk: Desk, *places: str, area: str = "", column: str = "territories") -> str:
    """What a dry run says of a table whose rows name these places."""
    header = tuple(column if name == "territories" else name for name in COLUMNS)
    rows = [
        (str(number), "Un besoin", "Des mots", place, area, "Maire", "besoins")
        for number, place in enumerate(places, start=1)
    ]
    return desk.run(desk.table(*rows, header=header)).output


def test_one_column_mixes_kinds_and_separators(desk: Desk) -> None:
    said = _read(desk, "Grenoble; CD60 | MEL\nRégion Bretagne", "Lannion, Beauvais")
    for label in ("Grenoble (38)", "Oise (60)", "Métropole Européenne de Lille", "Bretagne"):
        assert label in said
    assert "Lannion (22) — commune, Beauvais (60) — commune" in said
    assert "À corriger : 0" in said


def test_a_departement_column_settles_homonyms_by_its_name_or_code(desk: Desk) -> None:
    assert "désigne plusieurs territoires" in _read(desk, "Saint-Denis")
    for area in ("93", "Seine-Saint-Denis", "1"):
        said = _read(desk, "Saint-Denis" if area != "1" else "Bourg-en-Bresse", area=area)
        assert "À corriger : 0" in said, said


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        # 22300 is no INSEE code: the column is one of postcodes, and 69003 is Lyon's third.
        (("69003", "69210"), "Lyon (69)"),
        # 22113 is no postcode: the column is one of INSEE codes, and 69003 is Albigny.
        (("69003", "22113"), "Albigny-sur-Saône (69)"),
        (("1004.0", "'22113"), "Ambérieu-en-Bugey (01)"),
        (("78\u00a0551", "212 201 131"), "Saint-Germain-en-Laye (78)"),
        (("22113", "78251"), "Saint-Germain-en-Laye (78)"),
    ],
)
def test_codes_are_judged_by_their_column(desk: Desk, codes: tuple[str, ...], said: str) -> None:
    answer = _read(desk, *codes, column="communes")
    assert said in answer, answer


def test_a_code_that_may_be_either_is_refused(desk: Desk) -> None:
    answer = _read(desk, "69003", column="communes")
    assert "désigne plusieurs territoires" in answer
    assert "Albigny-sur-Saône" in answer
    assert "Lyon (69)" in answer


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        ("Maire", "Besoins"),
        ("élu·e", "BESOIN"),
        ("ÉLUS", "Service existant"),
        ("Élu(e)s", "services"),
        ("Conseillère municipale", "Solutions existantes"),
        ("Agent.e.s", "besoin"),
    ],
)
def test_qualities_and_kinds_are_read_as_people_write_them(
    desk: Desk, profile: str, kind: str
) -> None:
    table = desk.table(("1", "Un besoin", "Des mots", "Lannion", "", profile, kind), header=COLUMNS)
    assert "À corriger : 0" in desk.run(table).output
