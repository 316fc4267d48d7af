"""The sheets of an XLSX workbook, read piece by piece within bounds they cannot expand beyond.

Nothing of a workbook is held but the texts of its cells: a small file can expand to gigabytes.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from flask_babel import gettext as _

from app.archives import MAX_CELLS, Attributes, Package, sealed
from app.cells import Styles, Texts, day, unescaped
from app.errors import N_, Invalid

# Questionnaires have some two hundred.
MAX_COLUMNS = 500
# Those that are written, empty ones included: ten for each that is taken.
MAX_LINES = 100_000
# The elements of a sheet that are no row nor cell: merged cells, links, rules of validation…
_MAX_LAYOUT = 50_000
_IN_CELLS = frozenset({"v", "f", "is", "t"})
_LAST_ROW = 1_048_576
_COLUMN = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
# The first bytes of the workbooks of before 2007, and of any that a password protects.
_SEALED = b"\xd0\xcf\x11\xe0"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", _SEALED)

# A row: its number as a spreadsheet counts them, its cells, and why some cannot be trusted.
Record = tuple[int, Sequence[str], Mapping[int, str]]


def too_many() -> Invalid:
    """The refusal of a table whose cells, even empty, are too many to be met."""
    return Invalid(
        N_("Le fichier compte trop de lignes, de colonnes ou de cellules, même vides."),
        way_out=N_("Copiez les seules cellules utiles dans un fichier neuf."),
    )


def is_workbook(data: bytes) -> bool:
    """Whether a file starts as workbooks do, of this kind or of an older one."""
    return data.startswith(_ARCHIVES)


@dataclass(frozen=True)
class BookSheet:
    """A sheet of a workbook: its name, and its rows, read anew each time they are asked for."""

    name: str
    rows: Callable[[], Iterator[Record]]


def sheets_of(data: bytes) -> list[BookSheet]:
    """The sheets of a workbook, in their order; its rows are those that are not empty.

    Formulas are as last computed. A cell beyond the columns that are taken is given in the place
    after them. Raises Invalid, then or as rows are read, when it is no workbook that can be read,
    or beyond the bounds above.
    """
    if data.startswith(_SEALED):
        raise sealed()
    with _readable():
        found = _Workbook(Package(data))
    return [
        BookSheet(name, lambda part=part: found.rows(part))  # type: ignore[misc]
        for name, part in found.parts
    ]


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a workbook that is no workbook makes fail is one refusal."""
    try:
        yield
    except Invalid:
        raise
    except (
        BadZipFile,
        ExpatError,
        zlib.error,
        ArithmeticError,
        EOFError,
        LookupError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise Invalid(
            N_("Le classeur ne s’ouvre pas."),
            way_out=N_("Enregistrez-le de nouveau depuis votre tableur, au format XLSX."),
        ) from error


class _Workbook:
    """A package read as a workbook: its sheets, the texts they share and how they show numbers."""

    def __init__(self, package: Package) -> None:
        self._package = package
        workbook = package.main_part() or "xl/workbook.xml"
        related = package.related(workbook)
        book = _Book()
        package.parse_whole(workbook, book.begin)
        self.parts = [
            (name, related[id_][1]) for id_, name in book.sheets if related[id_][0] == "worksheet"
        ]
        if not self.parts:
            raise ValueError("no sheet")
        by_kind = dict(related.values())
        self._texts, self._styles = Texts(), Styles(epoch_1904=book.epoch_1904)
        if (part := by_kind.get("sharedStrings", "")) in package:
            texts = self._texts
            for _piece in package.parse(part, texts.begin, texts.end, texts.said):
                pass
        if (part := by_kind.get("styles", "")) in package:
            package.parse_whole(part, self._styles.begin)

    def rows(self, part: str) -> Iterator[Record]:
        """The rows of a sheet that are not empty."""
        with _readable():
            rows = _Rows(self._texts, self._styles)
            for _piece in self._package.parse(part, rows.begin, rows.end, rows.said):
                yield from rows.taken()


@dataclass
class _Book:
    """The sheets of a workbook in their order, and the day its dates are counted from.

    Each sheet is known by the number of its part, and has a name.
    """

    sheets: list[tuple[str, str]] = field(default_factory=list)
    epoch_1904: bool = False

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.epoch_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            [key] = [value for name, value in attributes.items() if name.endswith(":id")]
            self.sheets.append((key, attributes.get("name", "")))


class _Rows:
    """Gathers the rows of a sheet that are not empty, and of each the cells that are not."""

    def __init__(self, shared: Texts, styles: Styles) -> None:
        self._shared = shared.found
        self._text = Texts(shared.held)
        self._styles = styles
        self._done: list[Record] = []
        self._met: Counter[str] = Counter()
        self._row = 0
        self._cells: list[str] = []
        self._faults: dict[int, str] = {}
        self._column = 0
        self._cell: Attributes = {}
        self._tags: set[str] = set()
        self._in_value = False

    def taken(self) -> Sequence[Record]:
        """The rows gathered since the last time."""
        done, self._done = self._done, []
        return done

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._meet("row", MAX_LINES)
            self._row = int(attributes.get("r", self._row + 1))
            if not 0 < self._row <= _LAST_ROW:
                raise ValueError("no such row")
            self._cells, self._faults, self._column = [], {}, 0
        elif tag == "c":
            self._meet("c", MAX_CELLS)
            self._column = _column(attributes["r"]) if "r" in attributes else self._column + 1
            self._cell = attributes
            self._tags.clear()
        else:
            if tag not in _IN_CELLS:
                self._meet("", _MAX_LAYOUT)
            self._tags.add(tag)
            self._in_value = tag == "v"
            self._text.begin(tag, attributes)

    def _meet(self, tag: str, limit: int) -> None:
        self._met[tag] += 1
        if self._met[tag] > limit:
            raise too_many()

    def said(self, text: str) -> None:
        if self._in_value:
            self._text.take(text)
        else:
            self._text.said(text)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "row":
            if self._faults or any(self._cells):
                self._done.append((self._row, self._cells, self._faults))
        else:
            self._in_value = False
            self._text.end(tag)

    def _end_cell(self) -> None:
        written, kind, fault = self._text.whole(), self._cell.get("t", "n"), ""
        if kind == "e":
            fault = _("le tableur y affiche l’erreur %(error)s", error=written[:20])
        elif "f" in self._tags and not written and not (kind == "str" and "v" in self._tags):
            fault = _("la formule n’a pas de résultat enregistré, collez-la en valeur")
        text = self._shown(written, kind) if written and not fault else ""
        if not text and not fault:
            return
        # One place after the last that is taken is enough to tell that there are too many.
        place = min(self._column - 1, MAX_COLUMNS)
        self._cells += [""] * (place + 1 - len(self._cells))
        self._cells[place] = text
        if fault:
            self._faults[place] = fault

    def _shown(self, written: str, kind: str) -> str:
        """A cell as a spreadsheet shows it: whole numbers without decimals, days without hours."""
        if kind == "s":
            return self._shared[_natural(written)]
        if kind == "b":
            return str(written.strip() == "1")
        if kind == "n":
            return self._styles.shown(written.strip(), self._cell.get("s", "0"))
        if kind == "d":
            with suppress(ValueError):
                return day(datetime.fromisoformat(written))
        return self._text.keep(unescaped(written))


def _column(place: str) -> int:
    found = _COLUMN.fullmatch(place)
    if found is None:
        raise ValueError("no such cell")
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _natural(written: str) -> int:
    number = int(written)
    if number < 0:
        raise ValueError("no such text")
    return number
