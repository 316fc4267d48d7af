"""Texts as they are kept, and as they are searched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

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


_NUMBERED = re.compile(r"(?:n[°ºo]?|numéro|numero|#)?\s*(\d+)", re.IGNORECASE)
_WORDS = re.compile(r"\w{3,}")
# Of two letters in ten that differ; below, another word is meant.
_CLOSE = 0.75


def numbered(words: str) -> int | None:
    """The number that what is searched names: "n° 7", "#7", "7"."""
    match = _NUMBERED.fullmatch(words.strip())
    return whole_number(match[1]) if match else None


def respelt(words: str, titles: Iterable[str]) -> str | None:
    """What is searched, with the words of the titles that are the closest; None if it is as is."""
    known = {_folded(word): word.lower() for title in titles for word in _WORDS.findall(title)}

    def closest(match: re.Match[str]) -> str:
        found = get_close_matches(_folded(match[0]), known, n=1, cutoff=_CLOSE)
        return known[found[0]] if found else match[0]

    meant = _WORDS.sub(closest, words)
    return meant if _folded(meant) != _folded(words) else None


def _folded(text: str) -> str:
    """Without accents or capitals."""
    signs = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).casefold()
