"""Tables that people send, a CSV file or an XLSX workbook."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app.archives import MAX_CELLS
from app.encodings import SAMPLE, Mending, encoding_of, encoding_remark
from app.errors import N_, Invalid
from app.formulas import disarmed
from app.workbooks import (
    MAX_COLUMNS,
    MAX_LINES,
    BookSheet,
    Record,
    is_workbook,
    sheets_of,
    too_many,
)

MAX_ROWS = 10_000
MAX_BYTES = 20 * 1024 * 1024
# The signs that may cut a record into cells, counted before it is cut.
_MAX_WIDTH = 200_000
# Cells, empty rows included.
_MAX_MET = 10 * MAX_CELLS
# A carriage return that ends no line, and what stands for it while the table is cut into cells.
_ALONE, _STRAY = re.compile(r"\r(?!\n?$)"), "\ue00d"
_SHOWN_ROWS = 10

_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Line:
    """A row, by its number as a spreadsheet counts them: its cells by column.

    `faults` says of a column why its cell cannot be trusted; under "" of the row as a whole.
    """

    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table: its columns, and its rows that are not empty.

    `remarks` say what was done to read it: another sheet or row than the first, texts mended.
    """

    columns: Sequence[str]
    lines: Sequence[Line]
    remarks: Sequence[str] = ()


# How many columns of a row are known: whoever reads a table says it.
Recognised = Callable[[Sequence[str]], int]
# A table may have a title, and a date, above its columns.
_HEADER_WITHIN = 30
# One known word may be chance: a title is often « Description des besoins ».
_ENOUGH_KNOWN = 2


def read_sheet(
    data: bytes, *, max_rows: int = MAX_ROWS, recognised: Recognised | None = None
) -> Sheet:
    """Read a CSV file (commas, semicolons or tabs) or a workbook.

    With `recognised`, the columns are the row that has the most known ones, two at least, among the
    first of a sheet; else the first row of the first sheet. Text encoded twice, and the code of
    web pages, are mended, and said. Raises Invalid when it is no table, or beyond `max_rows` rows,
    500 columns, 500 000 cells or 20 MB.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(N_("Le fichier dépasse 20 Mo : partagez-le en plusieurs."))
    remarks: list[str] = []
    if is_workbook(data):
        tables = sheets_of(data)
    else:
        encoding = encoding_of(data)
        remarks.append(encoding_remark(encoding))
        stray = _StrayReturns()
        tables = [BookSheet("", lambda: _delimited(data, encoding, stray))]
    name, rows, first = _table(tables, recognised)
    mending = Mending()
    sheet = _read(rows, first, max_rows, mending)
    if first > 1 or name != tables[0].name:
        remarks.append(
            _(
                "Les colonnes sont lues à la ligne %(row)d de la feuille « %(name)s ».",
                row=first,
                name=name,
            )
            if name
            else _("Les colonnes sont lues à la ligne %(row)d.", row=first)
        )
    if not is_workbook(data):
        remarks.append(stray.remark())
    return replace(sheet, remarks=[each for each in (*remarks, *mending.remarks()) if each])


def _table(
    tables: Sequence[BookSheet], recognised: Recognised | None
) -> tuple[str, Iterator[Record], int]:
    """The sheet to read, its rows, and the number of the one that names its columns."""
    for table in tables if recognised else ():
        scores = {
            number: recognised([cell.strip() for cell in cells]) if recognised else 0
            for number, cells, _faults in islice(table.rows(), _HEADER_WITHIN)
        }
        # Of several that look like it, the first.
        best = max(scores, key=lambda number: (scores[number], -number), default=0)
        if best and scores[best] >= _ENOUGH_KNOWN:
            return table.name, table.rows(), best
    return tables[0].name, tables[0].rows(), 1


def _read(records: Iterator[Record], first: int, max_rows: int, mending: Mending) -> Sheet:
    header: Sequence[str] = ()
    for number, cells, _faults in records:
        if number >= first:
            header = cells if number == first else ()
            break
    columns = _columns([mending.cell(cell) for cell in header])
    lines: list[Line] = []
    held = met = 0
    for number, cells, faults in records:
        met += len(cells)
        if met > _MAX_MET:
            raise too_many()
        if faults or any(cell.strip() for cell in cells):
            if len(lines) == max_rows:
                raise Invalid(
                    N_("Le fichier dépasse %(limit)s lignes : partagez-le en plusieurs."),
                    limit=format_decimal(max_rows),
                )
            held += min(len(cells), len(columns))
            if held > MAX_CELLS:
                raise Invalid(
                    N_("Le fichier dépasse %(limit)s cellules : partagez-le en plusieurs."),
                    limit=format_decimal(MAX_CELLS),
                )
            lines.append(_line(number, [mending.cell(cell) for cell in cells], faults, columns))
    return Sheet([column for column in columns if column], lines)


def _columns(header: Sequence[str]) -> list[str]:
    columns = [cell.strip() for cell in header]
    if any(columns[MAX_COLUMNS:]):
        raise Invalid(
            N_("Le fichier dépasse %(limit)d colonnes : gardez les seules colonnes utiles."),
            limit=MAX_COLUMNS,
        )
    del columns[MAX_COLUMNS:]
    if not any(columns):
        raise Invalid(N_("La première ligne du fichier doit porter le nom des colonnes."))
    for column, times in Counter(columns).items():
        if column and times > 1:
            raise Invalid(
                N_("La colonne « %(column)s » figure deux fois dans le fichier."), column=column
            )
    return columns


def _line(
    number: int, cells: Sequence[str], faults: Mapping[int, str], columns: Sequence[str]
) -> Line:
    named = {columns[i]: fault for i, fault in faults.items() if i < len(columns)}
    if any(cell.strip() for cell in cells[len(columns) :]):
        named[""] = _("plus de cellules que de colonnes : il manque sans doute un guillemet")
    return Line(number, dict(zip(columns, cells, strict=False)), named)


class _StrayReturns:
    """The rows that a carriage return alone would cut in two, where lines end otherwise.

    It is read as the end of a line within its cell.
    """

    def __init__(self) -> None:
        self.rows: list[int] = []

    def remark(self) -> str:
        """What to say of them, if there are any."""
        if not self.rows:
            return ""
        shown = ", ".join(str(number) for number in self.rows[:_SHOWN_ROWS])
        return ngettext(
            "Un retour chariot isolé, ligne %(rows)s, est lu comme un retour à la ligne "
            "dans sa cellule.",
            "Des retours chariot isolés, lignes %(rows)s, sont lus comme des retours à la ligne "
            "dans leur cellule.",
            len(self.rows),
            rows=shown if len(self.rows) <= _SHOWN_ROWS else f"{shown}…",
        )


def _delimited(data: bytes, encoding: str, stray: _StrayReturns) -> Iterator[Record]:
    sample = io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read(SAMPLE)
    # Without any line feed, it is an old file whose lines end with a carriage return.
    newline = "\n" if "\n" in sample else ""
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline=newline)
    lines = _Lines(text, _delimiter(sample))
    reader = csv.reader(lines, delimiter=lines.delimiter, strict=True)
    stray.rows.clear()
    try:
        for number, cells in enumerate(reader, start=1):
            if any(_STRAY in cell for cell in cells):
                stray.rows.append(number)
                cells = [cell.replace(_STRAY, "\n") for cell in cells]
            yield number, [disarmed(cell) for cell in cells], {}
            lines.width = 0
    except csv.Error as error:
        raise Invalid(
            N_("Le fichier est mal formé vers la ligne %(line)d du texte : un guillemet manque."),
            way_out=N_("Une cellule compte %(limit)s signes au plus."),
            line=reader.line_num,
            limit=format_decimal(csv.field_size_limit()),
        ) from error


class _Lines:
    """The lines of a text. Raises Invalid before the reader meets too many, or too many cells.

    `width` is how many cells there may be since it was last put back to zero.
    """

    def __init__(self, text: Iterable[str], delimiter: str) -> None:
        self.delimiter = delimiter
        self.width = 0
        self._text = text

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._text):
            self.width += line.count(self.delimiter)
            if self.width > _MAX_WIDTH or number > MAX_LINES:
                raise too_many()
            yield _ALONE.sub(_STRAY, line)


def _delimiter(sample: str) -> str:
    """The sign most frequent in the first row, outside quotes."""
    header = _QUOTED.sub("", sample).lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)
