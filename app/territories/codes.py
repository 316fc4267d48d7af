"""Codes of territories as people type them and as spreadsheets leave them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.territories.keys import INVISIBLE
from app.territories.rules import siren_is_valid

_SEPARATORS = re.compile(r"[\s.\u00a0\u202f\u2009']")
_CODE = re.compile(r"[0-9]{1,14}|2[ab][0-9]{0,3}")
_FLOAT = re.compile(r"(\d+)[.,]0+")


def typed_code(q: str) -> str | None:
    """The code typed, a SIREN's spaces left out: digits, or a Corsican code in lower case."""
    compact = _SEPARATORS.sub("", INVISIBLE.sub("", q)).lower()
    return compact if _CODE.fullmatch(compact) else None


def written_code(cell: str) -> str | None:
    """The code a cell of a table writes, in upper case; None when it writes none.

    As spreadsheets leave them: an apostrophe before, spaces of every kind, "1004.0". A SIRET is
    read as the SIREN it begins with. Digits alone keep the zeros they have.
    """
    text = INVISIBLE.sub("", cell).strip()
    if match := _FLOAT.fullmatch(text):
        text = match[1]
    code = typed_code(text.lstrip("'’"))
    if code is None and re.fullmatch(r"[0-9]{2}m", text.lower()):
        code = text.lower()
    if code is None:
        return None
    if len(code) == 14 and siren_is_valid(code[:9]):
        code = code[:9]
    return code.upper()


def are_postcodes(codes: Iterable[str], *, insee: set[str], postcodes: set[str]) -> bool | None:
    """Whether a column of five-digit codes is one of postcodes; None when it may be either.

    3 002 postcodes are also the INSEE code of another commune: a column is judged whole, by the
    codes that are one and not the other. `insee` and `postcodes` are those of `codes` that exist.
    """
    written = set(codes)
    only_postcodes = bool(written & (postcodes - insee))
    only_insee = bool(written & (insee - postcodes))
    return None if only_postcodes == only_insee else only_postcodes
