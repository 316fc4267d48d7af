"""Tables as people send them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from datetime import datetime
from zipfile import ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app import sheets
from app.downloads import as_csv
from app.errors import Invalid
from app.sheets import read_sheet

pytestmark = pytest.mark.usefixtures("app")


def _workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_whatever_wrote_it(delimiter: str, encoding: str) -> None:
    text = delimiter.join(["réf", '"a, b; c"']) + "\r\n" + delimiter.join(["é", "œuvre’"]) + "\r\n"
    sheet = read_sheet(text.encode(encoding))
    assert sheet.columns == ["réf", "a, b; c"]
    assert [line.cells for line in sheet.lines] == [{"réf": "é", "a, b; c": "œuvre’"}]


def test_lines_are_numbered_as_a_spreadsheet_does() -> None:
    sheet = read_sheet(b'a,b\n1,"deux\nlignes"\n\n , \n2,x\n')
    assert [(line.number, line.cells["a"]) for line in sheet.lines] == [(2, "1"), (5, "2")]
    assert sheet.lines[0].cells["b"] == "deux\nlignes"


def test_a_cell_too_many_is_a_fault_and_one_missing_is_empty() -> None:
    sheet = read_sheet(b"a,b\n1,2,3\n4\n5,6,\n")
    assert [bool(line.faults) for line in sheet.lines] == [True, False, False]
    assert sheet.lines[1].cells == {"a": "4"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nom des colonnes"),
        (b"\n\n", "nom des colonnes"),
        (b"a,a\n1,2\n", "deux fois"),
        (b'a,b\n1,"jamais ferm\n', "guillemet"),
        (b"a\n\x81\x8d\n", "ni un classeur"),
        (b"PK\x03\x04 pas un classeur", "ne s’ouvre pas"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_sheet(data)


def test_another_archive_is_no_workbook() -> None:
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("lettre.txt", "bonjour")
    with pytest.raises(Invalid, match="ne s’ouvre pas"):
        read_sheet(written.getvalue())


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read_sheet(b"a\n1\n2\n\n", max_rows=2).lines) == 2
    with pytest.raises(Invalid, match="lignes"):
        read_sheet(b"a\n1\n2\n3\n", max_rows=2)
    monkeypatch.setattr(sheets, "MAX_BYTES", 5)
    with pytest.raises(Invalid, match="Mo"):
        read_sheet(b"a\n1\n2\n")


def test_a_workbook_is_read_as_it_shows() -> None:
    data = _workbook(
        ["id", "texte", "jour"],
        [12.0, "NA", datetime(2021, 3, 15)],  # noqa: DTZ001
        [None, None, None],
        ["01004", "nan", 1.5],
    )
    sheet = read_sheet(data)
    assert [line.number for line in sheet.lines] == [2, 4]
    assert list(sheet.lines[0].cells.values()) == ["12", "NA", "2021-03-15"]
    assert list(sheet.lines[1].cells.values()) == ["01004", "nan", "1.5"]


def test_formulas_without_a_result_and_errors_are_faults() -> None:
    sheet = read_sheet(_workbook(["a", "b"], ["=1+1", "ok"], ["#REF!", "ok"]))
    assert [list(line.faults) for line in sheet.lines] == [["a"], ["a"]]


def _cut(written: bytes, delimiter: str) -> list[list[str]]:
    text = io.StringIO(written.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=delimiter))


def test_a_table_taken_away_quotes_every_cell_and_is_read_back() -> None:
    texts = ["=1+1", "+33", "-2", "@SUM(A1)", "  =1", "\ufeff＝1", "a;b", 'a"b', "a\nb"]
    written = as_csv(["Titre", "=Colonne"], [(text, -3) for text in texts])
    assert written.startswith(b'\xef\xbb\xbf"Titre";"\'=Colonne"\r\n"\'=1+1";"-3"\r\n')
    rows = _cut(written, ";")
    assert [row[0] for row in rows[1:]] == [*[f"'{text}" for text in texts[:6]], *texts[6:]]
    assert {row[1] for row in rows[1:]} == {"-3"}


def test_a_list_is_kept_readable() -> None:
    written = as_csv(["Titre"], [["Besoins :\n- un, - deux\n  - trois-quatre\n-5"]])
    assert _cut(written, ";")[1] == ["Besoins :\n– un,' - deux\n  – trois-quatre\n'-5"]


SIGNS = "=+-@＝＋－＠﹦﹢﹣−"
HOSTILE = st.text(st.sampled_from(f"{SIGNS},;|\t\r\n \"'a(\u00a0\u200b\ufeff\x00"), max_size=8)


@settings(deadline=None, max_examples=2000 if os.environ.get("PROOFS") == "full" else 200)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=3))
@example([("bonjour,=HYPERLINK(1)", 'x;"=1"')])
@example([("\t=1", "\r=1")])
@pytest.mark.proof
def test_a_table_taken_away_computes_nothing_however_it_is_cut(rows: list[tuple[str, str]]) -> None:
    written = as_csv(["a,=HYPERLINK(1)", "b"], rows)
    for delimiter in ",;|\t":
        naive = [
            cell
            for line in written.decode("utf-8-sig").splitlines()
            for cell in line.split(delimiter)
            if delimiter != ";"
        ]
        for cell in [*(cell for row in _cut(written, delimiter) for cell in row), *naive]:
            assert not cell.lstrip(' "\u00a0\u200b\ufeff\x00\t\r\n').startswith(tuple(SIGNS)), cell
