"""What the columns of a table of contributions are read for, and what its places mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.territories.keys import search_key

# Of what kind each column of places is; one may mix them all.
PLACES: dict[str, TerritoryKind | None] = {
    "territories": None,
    "communes": TerritoryKind.COMMUNE,
    "epcis": TerritoryKind.EPCI,
    "departements": TerritoryKind.DEPARTEMENT,
    "regions": TerritoryKind.REGION,
    "specials": TerritoryKind.SPECIAL,
    "syndicats": TerritoryKind.SYNDICAT,
}
REQUIRED = ("reference", "title", "description")
FIELDS = (
    *REQUIRED,
    "kind",
    "theme",
    "beneficiaries",
    *PLACES,
    "area",
    "profile",
    "function",
    "organisation",
)


def matched_columns(columns: Sequence[str], options: Sequence[str]) -> dict[str, str]:
    """The column each field is read from: that of its "field=column", else the column of its name.

    Raises Invalid for a field or column that does not exist, and for a required field without one.
    """
    matched = {name: name for name in FIELDS if name in columns}
    for option in options:
        name, _equal, column = (part.strip() for part in option.partition("="))
        if name not in FIELDS:
            raise Invalid(
                N_("« %(name)s » n’est pas un champ. Les champs sont : %(names)s."),
                name=name,
                names=", ".join(FIELDS),
            )
        if column not in columns:
            raise Invalid(
                N_("Le fichier n’a pas de colonne « %(column)s ». Il a : %(columns)s."),
                column=column,
                columns=", ".join(columns),
            )
        matched[name] = column
    for name in REQUIRED:
        if name not in matched:
            raise Invalid(
                N_("Dites dans quelle colonne lire « %(name)s » : --map %(name)s=COLONNE."),
                name=name,
            )
    return matched


def meant_places(options: Sequence[str]) -> dict[str, str]:
    """What each "name=code" or "name=fuller name" says of a place. Raises Invalid."""
    meant = dict(option.partition("=")[::2] for option in options)
    for name, place in meant.items():
        if not search_key(name) or not place.strip():
            raise Invalid(
                N_("Écrivez --place « NOM=CODE », par exemple --place Saint-Denis=93066.")
            )
    return {name: place.strip() for name, place in meant.items()}


_SEPARATORS = re.compile(r"[;|\n]")
_INCLUSIVE = re.compile(r"\(\w{1,4}\)|[·.\-/]\w{1,4}\b")


def places_written(cell: str, separator: str) -> list[str]:
    """The places of a cell, whichever separators it has: a semicolon, a bar, a line, or its own."""
    parts = (part for line in _SEPARATORS.split(cell) for part in line.split(separator))
    return [place for part in parts if (place := " ".join(part.split()))]


def word_key(written: str) -> str:
    """A word as it is compared: case, accents, plural and inclusive writing aside."""
    words = search_key(_INCLUSIVE.sub("", written)).split()
    return " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words)
