"""Texts as they are kept."""

from __future__ import annotations

import unicodedata

# What a column of integers holds.
LARGEST_NUMBER = 2**31 - 1


def cleaned(text: str | None) -> str:
    """A text as it is kept: one kind of line break, no other control character, no blank around."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return "".join(kept).strip()


def whole_number(text: str) -> int | None:
    """The number that a text writes in digits; nothing for another text or beyond all columns."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER))):
        return None
    number = int(text)
    return number if number <= LARGEST_NUMBER else None
