"""How a scheme is named in addresses."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " "})


def slug_of(name: str) -> str:
    """A scheme's name as its address writes it: "Écoles d’hier" is "ecoles-d-hier"."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    letters = plain.encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:60].strip("-")
