"""What the columns of a table of contributions are read for, and what its places mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

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
REQUIRED = ("title", "description")
FIELDS = (
    "reference",
    *REQUIRED,
    "kind",
    "theme",
    "beneficiaries",
    *PLACES,
    "area",
    "profile",
    "function",
    "organisation",
    "date",
)
# How tables call them, besides their own names; singular, without case nor accents.
_HEADERS = {
    "reference": ("reference", "ref", "numero", "n", "no", "id", "identifiant", "code"),
    "title": ("title", "titre", "intitule", "objet", "sujet", "nom du besoin"),
    "description": ("description", "descriptif", "detail", "texte", "contenu", "contribution"),
    "kind": ("kind", "type", "nature"),
    "theme": ("theme", "thematique", "categorie"),
    "beneficiaries": ("beneficiarie", "beneficiaire", "public", "public vise", "usager"),
    "territories": ("territorie", "territoire", "collectivite", "nom de la collectivite"),
    "communes": ("commune", "ville", "mairie"),
    "epcis": ("epci", "intercommunalite"),
    "departements": (),
    "regions": ("region",),
    "area": ("area", "departement", "code departement", "dept", "dep"),
    "profile": ("profile", "profil", "qualite"),
    "function": ("function", "fonction", "poste"),
    "organisation": ("organisation", "organisme", "structure", "association"),
    "date": (
        *("date", "date de depot", "date du depot", "depose le", "deposee le", "horodatage"),
        *("date de reception", "recue le", "date de creation", "cree le"),
    ),
}
_FIELD_OF = {header: name for name, headers in _HEADERS.items() for header in headers}
# Read for places where no column names them: a table often gives both.
_CODES = {"code insee": "communes", "code commune": "communes", "siren": "territories"}


_BEYOND_DOUBT = 1_000


def field_of(header: str) -> str | None:
    """The field that a column of this name holds, if its name says it."""
    written = " ".join(header.split())
    return written if written in FIELDS else _FIELD_OF.get(word_key(written))


def recogniser(options: Sequence[str]) -> Callable[[Sequence[str]], int]:
    """How much a row looks like the columns of a table: as many as there are known ones.

    One that has all those of "field=column" is beyond doubt.
    """
    named = {option.partition("=")[2].strip() for option in options}

    def known(cells: Sequence[str]) -> int:
        written = set(cells)
        beyond_doubt = _BEYOND_DOUBT if named and named <= written else 0
        return beyond_doubt + sum(bool(cell in named or field_of(cell)) for cell in written)

    return known


def _matched_by_name(columns: Sequence[str]) -> dict[str, str]:
    matched = {name: name for name in FIELDS if name in columns}
    for column in columns:
        if (name := field_of(column)) and column not in matched.values():
            matched.setdefault(name, column)
    if not matched.keys() & PLACES.keys():
        for column in columns:
            if name := _CODES.get(word_key(column)):
                matched.setdefault(name, column)
    return matched


def matched_columns(columns: Sequence[str], options: Sequence[str]) -> dict[str, str]:
    """The column each field is read from: that of its "field=column", else the column of its name.

    Names count whatever their case, accents or plural; of two columns of one field, the first is
    read. Raises Invalid for a field or column that does not exist, and for a required field without
    a column, with the columns there are.
    """
    matched = _matched_by_name(columns)
    for option in options:
        name, _equal, column = (part.strip() for part in option.partition("="))
        if name not in FIELDS:
            raise Invalid(
                N_("« %(name)s » n’est pas un champ. Les champs sont : %(names)s."),
                name=name,
                names=", ".join(FIELDS),
            )
        if column not in columns:
            raise Invalid(
                N_("Le fichier n’a pas de colonne « %(column)s ». Il a : %(columns)s."),
                column=column,
                columns=", ".join(columns),
            )
        matched = {field: read for field, read in matched.items() if read != column}
        matched[name] = column
    for name in REQUIRED:
        if name not in matched:
            raise Invalid(
                N_("Aucune colonne ne dit où lire « %(name)s ». Le fichier a : %(columns)s."),
                way_out=N_("Dites dans laquelle : --map %(name)s=COLONNE."),
                name=name,
                columns=", ".join(columns),
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


_WHOLE_NUMBER = re.compile(r"0*(\d+)(?:[.,]0+)?")


def reference_key(reference: str) -> str:
    """A reference as it is compared: "007", "7" and "7.0", as spreadsheets make of it, are one."""
    written = " ".join(reference.split())
    match = _WHOLE_NUMBER.fullmatch(written)
    return match[1] if match else written


def made_reference(texts: Iterable[str]) -> str:
    """A reference for a row that has none, of all it says: the same row has the same again."""
    return f"sans-{sha256(chr(0).join(texts).encode()).hexdigest()[:16]}"


_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d")
_HOURS = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f")
_HOUR_SIGNS = re.compile(r"(?<=\d)(?: ?[àT] ?| +)(?=\d{1,2} ?[h:])")
_FRENCH_HOUR = re.compile(r" ?h ?(\d{2})?$")


def written_instant(written: str) -> datetime | None:
    """The day, or the instant, that a cell writes; without a time zone, unless it writes one.

    As ISO 8601 and as French people write them. None when it is neither.
    """
    text = " ".join(written.split())
    if re.fullmatch(r"\d+", text):
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    spaced = _HOUR_SIGNS.sub(" ", text)
    text = _FRENCH_HOUR.sub(lambda found: f":{found[1] or '00'}", spaced)
    for day in _DAYS:
        for hour in _HOURS:
            with suppress(ValueError):
                return datetime.strptime(text, day + hour)  # noqa: DTZ007
    return None
