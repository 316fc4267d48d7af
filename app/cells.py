"""What the cells of a workbook show: their texts, their numbers, their days."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time
from functools import cached_property

from app.archives import MAX_CELLS, Attributes, too_large
from app.errors import N_, Invalid

# A cell of a spreadsheet holds 32 767 signs; the CSV files of other software may hold more.
MAX_SIGNS = 131_072
# As much text as a CSV file of 20 MB can bring.
MAX_TEXT = 20_000_000
# The longest that spreadsheets take for the format of a number.
_FORMAT_LENGTH = 255
# Neither the null sign nor half of one, which no text contains.
_ESCAPED = re.compile(r"_x(?!0000|[dD][89a-fA-F])([0-9a-fA-F]{4})_")


class Styles:
    """How numbers are shown, by the number of their style: those that are days or hours."""

    def __init__(self, *, epoch_1904: bool) -> None:
        self._epoch_1904 = epoch_1904
        self._codes: dict[int, str] = {}
        self._of_cells: list[int] = []
        self._in_cells = False

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            self._in_cells = tag == "cellXfs"
        elif tag == "xf" and self._in_cells:
            self._of_cells.append(int(attributes.get("numFmtId", 0)))

    def shown(self, written: str, style: str) -> str:
        """A number as a spreadsheet shows it: whole without decimals, a day without hours.

        Raises ValueError when it is none.
        """
        number = float(written)
        if not math.isfinite(number):
            raise ValueError("no number")
        lapse = self._dated.get(style)
        if lapse is not None:
            with suppress(OverflowError, ValueError):
                return self._moment(number, lapse=lapse)
        if not number.is_integer():
            return str(number)
        return str(int(number) if re.search("[.eE]", written) else int(written))

    def _moment(self, number: float, *, lapse: bool) -> str:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, from_excel

        epoch = CALENDAR_MAC_1904 if self._epoch_1904 else WINDOWS_EPOCH
        moment = from_excel(number, epoch, timedelta=lapse)
        return day(moment) if isinstance(moment, datetime) else str(moment)

    @cached_property
    def _dated(self) -> Mapping[str, bool]:
        """The styles of days and hours; True for those of a lapse of time."""
        # It brings numpy along, half a second that only whoever sends a workbook should wait for.
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

        found = {}
        codes = {number: BUILTIN_FORMATS.get(number, "") for number in set(self._of_cells)}
        for number, code in {**codes, **self._codes}.items():
            if len(code) <= _FORMAT_LENGTH and is_date_format(code):
                found[number] = bool(is_timedelta_format(code))
        return {str(i): found[of] for i, of in enumerate(self._of_cells) if of in found}


class Texts:
    """Gathers the texts of elements; how Japanese is pronounced, noted beside it, is no text."""

    def __init__(self, held: int = 0) -> None:
        self.held = held
        self._pieces: list[str] = []
        self._length = 0
        self._taking = False
        self._beside = False
        self.found: list[str] = []

    def begin(self, tag: str, _attributes: Attributes) -> None:
        if tag == "t":
            self._taking = not self._beside
        elif tag == "rPh":
            self._beside = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._taking = False
        elif tag == "rPh":
            self._beside = False
        elif tag == "si":
            if len(self.found) == MAX_CELLS:
                raise too_large()
            self.found.append(self.keep(unescaped(self.whole())))

    def said(self, text: str) -> None:
        if self._taking:
            self.take(text)

    def take(self, text: str) -> None:
        """Add to the text being gathered. Raises Invalid beyond what a cell may hold."""
        self._pieces.append(text)
        self._length += len(text)
        if self._length > MAX_SIGNS:
            raise Invalid(
                N_("Une cellule du classeur compte plus de %(limit)d signes."),
                way_out=N_("Raccourcissez-la, ou ôtez-la du classeur."),
                limit=MAX_SIGNS,
            )

    def keep(self, text: str) -> str:
        """The same text, counted among what is held."""
        self.held += len(text)
        if self.held > MAX_TEXT:
            raise too_large()
        return text

    def whole(self) -> str:
        """What was gathered since the last time."""
        whole = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return whole


def day(moment: datetime) -> str:
    """A day without its hours, unless it has some."""
    return moment.date().isoformat() if moment.time() == time.min else str(moment)


def unescaped(text: str) -> str:
    """A text whose signs that XML cannot carry were written by their code."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
