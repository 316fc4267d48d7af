"""Texts as they are kept."""

from __future__ import annotations

import unicodedata


def cleaned(text: str | None) -> str:
    """A text as it is kept: one kind of line break, no other control character, no blank around."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return "".join(kept).strip()
