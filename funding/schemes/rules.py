"""How a scheme is named in addresses."""

from __future__ import annotations

from slugify import slugify

# Cut into words where the library would run them together, or spell the sign out in English.
_APART = (("’", " "), ("'", " "), ("€", " "))


def slug_of(name: str) -> str:
    """A scheme's name as its address writes it: "Écoles d’hier" is "ecoles-d-hier"."""
    return slugify(name, max_length=60, replacements=_APART)
