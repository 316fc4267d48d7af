"""The kinds of bodies as people name them before a place."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from app.gate.actors import TerritoryKind
from app.territories.keys import SMALL_WORDS, bare_key
from app.territories.rules import Nature

_ARTICLES = frozenset({"le", "la", "les", "l"})
# What a body's name joins with: "commune du havre" is about Le Havre before Havre.
_JOINED = (
    ("de la ", "la "),
    ("de les ", "les "),
    ("de le ", "le "),
    ("de l ", "l "),
    ("du ", "le "),
    ("des ", "les "),
    ("de ", ""),
    ("d ", ""),
)
# « La commune de Grenoble », « Monsieur le maire de Lannion », « Mme la présidente de la région… ».
_BEFORE_BODY = re.compile(
    r"(?:(?:monsieur|madame|m|mme) )?(?:(?:le|la|l) )?"
    r"(?:(?:president|presidente) (?:du |de la |de l |de |d )?)?"
)
# Mairé is a commune: « maire » alone says nothing.
_MAYOR = re.compile(r"(?:(?:monsieur|madame|m|mme) )?(?:(?:le|la) )?maire (?=(?:de|du|des|d) )")


@dataclass(frozen=True)
class Body:
    """A kind of body as people name it before a place: "communauté d'agglomération de"."""

    kind: TerritoryKind
    nature: Nature | None = None


def table(filename: str) -> list[dict[str, str]]:
    """The rows of one of the tables kept beside the registry."""
    rows = files(__package__).joinpath("data", filename).read_text("utf-8")
    return list(csv.DictReader(rows.splitlines()))


# Longest first: "communaute de communes" before "communaute".
BODIES = {
    row["written"]: Body(
        TerritoryKind(row["kind"]), Nature(row["nature"]) if row["nature"] else None
    )
    for row in sorted(table("bodies.csv"), key=lambda row: -len(row["written"]))
}


def body_and_place(key: str) -> tuple[Body | None, str]:
    """The body a search key begins with, if any, and the key of the place that follows it."""
    for words, body in BODIES.items():
        if key.startswith(f"{words} "):
            place = key.removeprefix(f"{words} ").split()
            while len(place) > 1 and place[0] in SMALL_WORDS:
                place.pop(0)
            return body, " ".join(place)
    return None, key


def place_key(key: str, kind: TerritoryKind) -> str:
    """The place a search key is about, so that "CU du Havre…" and "CU Le Havre…" agree.

    Articles are left out, and so is the body named before the place; a commune names none, and
    Ville-d'Avray is no city of Avray.
    """
    place = key if kind is TerritoryKind.COMMUNE else body_and_place(key)[1]
    return bare_key(place)


def article_of(key: str) -> str:
    """The article a key begins with, if any: "le havre" has one."""
    first = key.partition(" ")[0]
    return first if first in _ARTICLES else ""


def after_body(key: str) -> tuple[Body, Sequence[str]] | None:
    """The body a key begins with, and the places that may follow it, the likeliest first.

    The article that the preposition supposes comes first. What is before the body itself says
    nothing: "la commune de…".
    """
    key = _MAYOR.sub("mairie ", key, count=1) if _MAYOR.match(key) else key
    before = _BEFORE_BODY.match(key)
    bodied = key[before.end() :] if before else key
    for words, body in BODIES.items():
        if not bodied.startswith(f"{words} "):
            continue
        place = bodied.removeprefix(f"{words} ")
        for preposition, article in _JOINED:
            if place.startswith(preposition) and len(place) > len(preposition):
                named = place.removeprefix(preposition)
                return body, [article + named, named] if article else [named]
        return body, [place]
    return None
