"""Tables that people send, a CSV file or an XLSX workbook, and those they take away."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zipfile import BadZipFile

from flask_babel import gettext as _

from app.errors import N_, Invalid

MAX_ROWS = 10_000
MAX_BYTES = 20 * 1024 * 1024

# What makes a spreadsheet compute a cell instead of showing it.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
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


Record = tuple[int, Sequence[str], Mapping[int, str]]


def read_sheet(data: bytes) -> Sheet:
    """Read a CSV file (commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252) or a workbook.

    Raises Invalid when it is none of these, or beyond 10 000 rows or 20 MB.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(N_("Le fichier dépasse 20 Mo : partagez-le en plusieurs."))
    records = _workbook(data) if data.startswith(b"PK") else _delimited(data)
    _number, header, _faults = next(records, (0, (), {}))
    columns = [cell.strip() for cell in header]
    if not any(columns):
        raise Invalid(N_("La première ligne du fichier doit porter le nom des colonnes."))
    for column in columns:
        if column and columns.count(column) > 1:
            raise Invalid(
                N_("La colonne « %(column)s » figure deux fois dans le fichier."), column=column
            )
    lines: list[Line] = []
    for number, cells, faults in records:
        if faults or any(cell.strip() for cell in cells):
            if len(lines) == MAX_ROWS:
                raise Invalid(N_("Le fichier dépasse 10 000 lignes : partagez-le en plusieurs."))
            lines.append(_line(number, cells, faults, columns))
    return Sheet([column for column in columns if column], lines)


def written_sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file as French spreadsheets open it: semicolons, UTF-8 with its mark.

    A text that a spreadsheet would take for a formula is kept a text by a leading apostrophe;
    numbers are written as they are.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_inert(column) for column in columns])
    writer.writerows([_inert(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _inert(value: object) -> object:
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_SIGNS):
        return f"'{value}"
    return value


def _line(
    number: int, cells: Sequence[str], faults: Mapping[int, str], columns: Sequence[str]
) -> Line:
    named = {columns[i]: fault for i, fault in faults.items() if i < len(columns)}
    if any(cell.strip() for cell in cells[len(columns) :]):
        named[""] = _("plus de cellules que de colonnes : il manque sans doute un guillemet")
    return Line(number, dict(zip(columns, cells, strict=False)), named)


def _delimited(data: bytes) -> Iterator[Record]:
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells, {}
    except csv.Error as error:
        raise Invalid(
            N_("Le fichier est mal formé vers la ligne %(line)d du texte : un guillemet manque."),
            line=reader.line_num,
        ) from error


def _decoded(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16" if marked else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        N_("Le fichier n’est ni un classeur XLSX, ni un CSV en UTF-8 ou Windows-1252."),
        way_out=N_("Enregistrez-le depuis votre tableur au format « CSV UTF-8 »."),
    )


def _delimiter(text: str) -> str:
    """The sign most frequent in the first row, outside quotes."""
    header = _QUOTED.sub("", text[:100_000]).lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)


def _workbook(data: bytes) -> Iterator[Record]:
    """The rows of a workbook's first sheet, its formulas as they were last computed."""
    computed, written = (_first_sheet(data, data_only=only) for only in (True, False))
    rows = zip(computed.iter_rows(), written.iter_rows(), strict=False)
    for number, (values, formulas) in enumerate(rows, start=1):
        faults = {}
        for i, (value, formula) in enumerate(zip(values, formulas, strict=False)):
            if value.data_type == "e":
                faults[i] = _("le tableur y affiche l’erreur %(error)s", error=value.value)
            elif formula.data_type == "f" and value.value is None:
                faults[i] = _("la formule n’a pas de résultat enregistré, collez-la en valeur")
        yield number, [_shown(cell.value) for cell in values], faults


def _first_sheet(data: bytes, *, data_only: bool) -> Any:
    # It brings numpy along, half a second that only whoever sends a workbook should wait for.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # It warns of styles and validations it leaves out: only values are read here.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)
            sheet = book.worksheets[0]
    except (BadZipFile, KeyError, ValueError, IndexError) as error:
        raise Invalid(
            N_("Le classeur ne s’ouvre pas."),
            way_out=N_("Enregistrez-le de nouveau depuis votre tableur, au format XLSX."),
        ) from error
    # Some software writes a wrong size, which would cut the sheet short.
    sheet.reset_dimensions()
    return sheet


def _shown(value: object) -> str:
    """A cell as a spreadsheet shows it: whole numbers without decimals, days without hours."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return str(value)
