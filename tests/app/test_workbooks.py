"""Files made to exhaust whoever reads them are refused at once; true workbooks are read."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from datetime import date, datetime, timedelta
from time import process_time

import pytest
from flask import Flask
from flask_babel import Babel
from openpyxl import Workbook

from app.errors import Invalid
from app.formats import sentence_of
from app.sheets import read_sheet
from config import ROOT
from tests.support.hostile_files import HEADER, HOSTILE, MAIN, RELATIONS, sheet, texts, workbook

SECONDS, MEGABYTES = 4, 200
GREEDIEST = ("wide signs", "elements within elements", "commas", "a line of 19 MB")
WATCHED = [*HOSTILE] if os.environ.get("PROOFS") == "full" else GREEDIEST


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("app")
def test_a_hostile_file_is_refused_at_once_with_what_to_do(name: str) -> None:
    data = HOSTILE[name]()
    begun = process_time()
    with pytest.raises(Invalid) as refused:
        read_sheet(data)
    assert process_time() - begun < SECONDS
    assert sentence_of(refused.value).count(" ") > 5


def _peak() -> int:
    """In megabytes, over what the files themselves take; run in a process of its own."""
    app = Flask("alone")
    Babel().init_app(app)
    with app.app_context():
        files = [HOSTILE[name]() for name in WATCHED]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for data in files:
            with pytest.raises(Invalid):
                read_sheet(data)
        return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


@pytest.mark.proof
def test_hostile_files_take_little_memory() -> None:
    code = f"import {__name__} as t; print(t._peak())"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < MEGABYTES


@pytest.mark.usefixtures("app")
def test_days_hours_and_lapses_are_shown_as_such() -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    moment = datetime(2021, 3, 15, 8, 30)  # noqa: DTZ001
    book.active.append(["jour", "heure", "durée", "vrai", "texte"])
    book.active.append([date(2021, 3, 15), moment, timedelta(hours=30), True, "a\tb_x000D_"])
    book.create_sheet("une autre").append(["ailleurs"])
    written = io.BytesIO()
    book.save(written)
    [line] = read_sheet(written.getvalue()).lines
    assert list(line.cells.values()) == [
        "2021-03-15",
        "2021-03-15 08:30:00",
        "1 day, 6:00:00",
        "True",
        "a\tb\r",
    ]


@pytest.mark.usefixtures("app")
def test_a_text_in_several_styles_is_one_and_its_pronunciation_is_left_out() -> None:
    data = workbook(
        sheet(HEADER, '<row r="1048576"><c r="A1048576" t="s"><v>0</v></c></row>'),
        texts(["<si><r><t>Lan</t></r><r><t>nion</t></r><rPh><t>x</t></rPh></si>"]),
    )
    [line] = read_sheet(data).lines
    assert (line.number, line.cells) == (1_048_576, {"a": "Lannion"})


@pytest.mark.usefixtures("app")
def test_the_first_sheet_is_the_first_of_the_book_whatever_its_name() -> None:
    data = workbook(
        others={
            "xl/workbook.xml": f'<x:workbook xmlns:x="{MAIN}" xmlns:r="{RELATIONS}"><x:sheets>'
            '<x:sheet r:id="c"/><x:sheet r:id="z"/><x:sheet r:id="rId1"/></x:sheets></x:workbook>',
            "xl/_rels/workbook.xml.rels": "<Relationships>"
            f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="c" Type="{RELATIONS}/chartsheet" Target="chart.xml"/>'
            f'<Relationship Id="z" Type="{RELATIONS}/worksheet" Target="/xl/z.xml"/>'
            "</Relationships>",
            "xl/z.xml": "".join(sheet(HEADER.replace("<t>a<", "<t>première<"))),
        }
    )
    assert read_sheet(data).columns == ["première"]


@pytest.mark.usefixtures("app")
def test_the_result_of_a_formula_may_be_an_empty_text() -> None:
    cell = '<row><c t="str"><f>""</f><v></v></c><c t="str"><f>"a"</f><v>a</v></c></row>'
    [line] = read_sheet(
        workbook(sheet(HEADER.replace("</row>", '<c t="str"><v>b</v></c></row>'), cell))
    ).lines
    assert (line.cells, line.faults) == ({"a": "", "b": "a"}, {})


@pytest.mark.usefixtures("app")
def test_a_large_table_is_read() -> None:
    columns = "".join(f'<c t="inlineStr"><is><t>c{i}</t></is></c>' for i in range(60))
    row = "<row>" + '<c t="s"><v>0</v></c>' * 60 + "</row>"
    table = read_sheet(workbook(sheet(f"<row>{columns}</row>", [row] * 5_000)))
    assert (len(table.columns), len(table.lines)) == (60, 5_000)
