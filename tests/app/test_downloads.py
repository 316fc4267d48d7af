"""A table taken away comes back as it left: texts, codes, numbers, days."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.downloads import Form, as_csv, as_workbook
from app.formulas import armed, disarmed
from app.sheets import read_sheet

WRITTEN = {Form.CSV: as_csv, Form.XLSX: as_workbook}
INSTANT = datetime(2021, 7, 4, 12, 5, 6, tzinfo=UTC)
TEXTS = (
    *("01004", "=1+1", "'=1+1", "''-2", "+33 6", "@toto", "a,=b", "a;b", 'a"b', "a\nb"),
    *("L'État", "'citation'", "– un\n– deux", "\u00a0=1"),
)


@pytest.mark.parametrize("form", Form)
def test_texts_come_back_as_they_left(form: Form) -> None:
    written = WRITTEN[form](["Texte", "Nombre"], [(text, 12) for text in TEXTS])
    lines = read_sheet(written).lines
    assert [line.cells["Texte"] for line in lines] == list(TEXTS)
    assert {line.cells["Nombre"] for line in lines} == {"12"}


@pytest.mark.parametrize("form", Form)
def test_an_instant_comes_back_on_paris_clocks(form: Form) -> None:
    (line,) = read_sheet(WRITTEN[form](["Le", "Rang"], [(INSTANT, 12.5)])).lines
    assert line.cells["Le"].replace("T", " ").removesuffix("+02:00") == "2021-07-04 14:05:06"
    assert line.cells["Rang"].replace(",", ".") == "12.5"


def test_a_workbook_has_real_dates_and_computes_nothing() -> None:
    written = as_workbook(["Le", "Texte", "Rang"], [(INSTANT, "=1+1", 12.5)])
    (row,) = load_workbook(io.BytesIO(written))["Sheet"].iter_rows(min_row=2)
    assert [cell.data_type for cell in row] == ["d", "s", "n"]
    assert row[0].value == datetime(2021, 7, 4, 14, 5, 6)  # noqa: DTZ001
    assert row[1].value == "=1+1"


@given(st.text(st.sampled_from("=+-@'\"a ,;|\t\n\u00a0＝"), max_size=12))
def test_what_is_armed_is_disarmed(text: str) -> None:
    assert disarmed(armed(text)) == disarmed(armed(disarmed(armed(text))))
    if "-" not in text:
        assert disarmed(armed(text)) == text
