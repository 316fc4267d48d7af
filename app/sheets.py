"""Tables that people send, a CSV file or an XLSX workbook, and those they take away."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.archives import MAX_CELLS
from app.errors import N_, Invalid
from app.workbooks import MAX_COLUMNS, MAX_LINES, Record, first_sheet, is_workbook, too_many

MAX_ROWS = 10_000
MAX_BYTES = 20 * 1024 * 1024
# The signs that may cut a record into cells, counted before it is cut.
_MAX_WIDTH = 200_000
# Cells, empty rows included.
_MAX_MET = 10 * MAX_CELLS
# What tells how a text is written and cut, and what is decoded at a time.
_SAMPLE = 100_000

# What makes a spreadsheet compute a cell instead of showing it, and what is taken for the same.
_EQUALS, _PLUSES, _MINUSES, _ATS = "=＝﹦⁼₌", "+＋﹢⁺₊", "-－﹣−⁻₋", "@＠﹫"
_SIGNS = re.escape(_EQUALS + _PLUSES + _MINUSES + _ATS)
# What a reader may pass over before it computes: blanks, marks that do not show, quotes.
_UNSEEN = (
    r" \"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
# Where a cell begins for whoever cuts the file on another sign than it was written with, for the
# quotes then protect nothing.
_CUTS = r",|\t\r\n"
_LIVE = re.compile(rf"(?:^|(?<=[{_CUTS}]))(?=[{_UNSEEN}]*[{_SIGNS}])|^(?=[{_UNSEEN}]*[\t\r\n])")
_BULLET = re.compile(r"^([ \t]*)-(?=[ \t\u00a0])", re.MULTILINE)
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
    """A table: its columns, and its rows that are not empty."""

    columns: Sequence[str]
    lines: Sequence[Line]


def read_sheet(data: bytes, *, max_rows: int = MAX_ROWS) -> Sheet:
    """Read a CSV file (commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252) or a workbook.

    Raises Invalid when it is none of these, or beyond `max_rows` rows, 500 columns, 500 000 cells
    or 20 MB.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(N_("Le fichier dépasse 20 Mo : partagez-le en plusieurs."))
    records = first_sheet(data) if is_workbook(data) else _delimited(data)
    number, header, _faults = next(records, (0, (), {}))
    columns = _columns(header if number == 1 else ())
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
            lines.append(_line(number, cells, faults, columns))
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


def written_sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file as French spreadsheets open it: semicolons, quotes, UTF-8 with its mark.

    What a spreadsheet would take for a formula is kept a text by an apostrophe before it, within a
    text too: one set for commas would cut it there. The hyphens of a list become dashes; numbers
    are written as they are.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([_inert(column) for column in columns])
    writer.writerows([_inert(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _inert(value: object) -> object:
    if isinstance(value, str):
        return _LIVE.sub("'", _BULLET.sub(r"\1–", value))
    return value


def _line(
    number: int, cells: Sequence[str], faults: Mapping[int, str], columns: Sequence[str]
) -> Line:
    named = {columns[i]: fault for i, fault in faults.items() if i < len(columns)}
    if any(cell.strip() for cell in cells[len(columns) :]):
        named[""] = _("plus de cellules que de colonnes : il manque sans doute un guillemet")
    return Line(number, dict(zip(columns, cells, strict=False)), named)


def _delimited(data: bytes) -> Iterator[Record]:
    encoding = _encoding(data)
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    lines = _Lines(text, _delimiter(text.read(_SAMPLE)))
    text.seek(0)
    reader = csv.reader(lines, delimiter=lines.delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells, {}
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
            yield line


def _encoding(data: bytes) -> str:
    """How a text is written. Raises Invalid for what is no text."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        pieces = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
        with suppress(UnicodeError):
            if all("\0" not in piece for piece in iter(partial(pieces.read, _SAMPLE), "")):
                return encoding
    raise Invalid(
        N_("Le fichier n’est ni un classeur XLSX, ni un CSV en UTF-8 ou Windows-1252."),
        way_out=N_("Enregistrez-le depuis votre tableur au format « CSV UTF-8 »."),
    )


def _delimiter(sample: str) -> str:
    """The sign most frequent in the first row, outside quotes."""
    header = _QUOTED.sub("", sample).lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)
