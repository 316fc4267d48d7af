"""Tables that people take away, as CSV files and XLSX workbooks, and bring back unchanged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from app import clock
from app.formulas import armed

Rows = Iterable[Sequence[object]]


class Form(StrEnum):
    """What a table is taken away as."""

    CSV = "csv"
    XLSX = "xlsx"


_MIMETYPES = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(form: Form, name: str, columns: Sequence[str], rows: Rows) -> Response:
    """A table to take away, as the file of a name without its ending."""
    written = as_csv(columns, rows) if form is Form.CSV else as_workbook(columns, rows)
    return Response(
        written,
        mimetype=_MIMETYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def as_csv(columns: Sequence[str], rows: Rows) -> bytes:
    """A CSV file as French spreadsheets open it: semicolons, quotes, UTF-8 with its mark.

    No text of it is ever computed. Instants are ISO 8601, on Paris clocks; decimals have a comma.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([armed(column) for column in columns])
    writer.writerows([_in_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _in_text(value: object) -> object:
    if isinstance(value, str):
        return armed(value)
    if isinstance(value, datetime):
        return clock.in_paris(value).isoformat(timespec="seconds")
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return value


def as_workbook(columns: Sequence[str], rows: Rows) -> bytes:
    """An XLSX workbook of one sheet: texts are texts, numbers numbers, and instants real dates."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in ([*columns], *rows):
        sheet.append([_in_cell(sheet, value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _in_cell(sheet: object, value: object) -> object:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        # Whatever it begins with, it is no formula.
        cell.data_type = "s"
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, clock.in_paris(value).replace(tzinfo=None, microsecond=0))
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
        return cell
    return value
