"""Names of territories as people, registers and postal labels write them.

Search and imports share this one reading: each makes of a text the same few ways to understand it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files

from app.areas import DEPARTEMENTS
from app.gate.actors import TerritoryKind
from app.territories.rules import Nature

# "lez", « near », is written les, lès or lez for the same place.
_SAME = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les"}
_SAINTS = frozenset({"st", "ste", "sts", "stes"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORDS = re.compile("[a-z0-9]+")
_ELISION = re.compile(r"\b([ld]) ")
_SMALL_WORDS = frozenset({"le", "la", "les", "l", "du", "de", "des", "d"})


def _plain(name: str) -> str:
    """Lower case, no accent, no ligature, every other sign a space."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_LIGATURES))
    letters = _ACCENTS.sub("", decomposed).casefold().replace(" s/", " sur ")
    return " ".join(_WORDS.findall(letters))


def search_key(name: str) -> str:
    """A name as it is compared: accents, case, hyphens and "St" for "Saint" make no difference."""
    return " ".join(_SAME.get(word, word) for word in _plain(name).split())


def without_elisions(key: str) -> str:
    """A search key as it is typed without apostrophes: "val doise", "lhay les roses"."""
    return _ELISION.sub(r"\1", key)


@dataclass(frozen=True)
class Body:
    """A kind of body as people name it before a place: "communauté d'agglomération de"."""

    kind: TerritoryKind
    nature: Nature | None = None


def _table(filename: str) -> list[dict[str, str]]:
    rows = files(__package__).joinpath("data", filename).read_text("utf-8")
    return list(csv.DictReader(rows.splitlines()))


_DEPARTEMENT = Body(TerritoryKind.DEPARTEMENT)
_WRITTEN_BODIES = {
    row["written"]: Body(
        TerritoryKind(row["kind"]), Nature(row["nature"]) if row["nature"] else None
    )
    for row in _table("bodies.csv")
}
# Longest first: "communaute de communes" before "communaute".
_BODIES = dict(sorted(_WRITTEN_BODIES.items(), key=lambda body: -len(body[0])))


def body_and_place(key: str) -> tuple[Body | None, str]:
    """The body a search key begins with, if any, and the key of the place that follows it."""
    for words, body in _BODIES.items():
        if key.startswith(f"{words} "):
            place = key.removeprefix(f"{words} ").split()
            while len(place) > 1 and place[0] in _SMALL_WORDS:
                place.pop(0)
            return body, " ".join(place)
    return None, key


def place_key(key: str, kind: TerritoryKind) -> str:
    """The place a search key is about, so that "CU du Havre…" and "CU Le Havre…" agree.

    Articles are left out, and so is the body named before the place; a commune names none, and
    Ville-d'Avray is no city of Avray.
    """
    place = key if kind is TerritoryKind.COMMUNE else body_and_place(key)[1]
    return " ".join(word for word in place.split() if word not in _SMALL_WORDS)


def article_of(key: str) -> str:
    """The article a key begins with, if any: "le havre" has one."""
    first = key.partition(" ")[0]
    return first if first in _ARTICLES else ""


@dataclass(frozen=True)
class Reading:
    """One way to understand what was written: a name, within a body, a département, a postcode."""

    key: str
    body: Body | None = None
    departement_code: str | None = None
    postcode: str | None = None

    @property
    def begins_with_article(self) -> bool:
        return self.key.split()[0] in _SMALL_WORDS

    @property
    def words(self) -> list[str]:
        """Its words without articles; the last may be the beginning of one, and is kept."""
        *first, last = self.key.split()
        return [word for word in first if word not in _SMALL_WORDS] + [last]


def readings(q: str) -> list[Reading]:
    """The ways to understand what was written, the most literal first; none when nothing was.

    A label ("Saint-Denis (93) — commune") reads as its name. "st" at the end may begin
    "Strasbourg" as well as mean "Saint"; "ville d'avray" may be a name as well as the town
    hall of Avray.
    """
    where = _situated(q)
    key, typed = search_key(where.name), _plain(where.name)
    if not key:
        return []
    key = _without_arrondissement(key)
    found = [where.reading(key)]
    if meant := _departement_numbered(search_key(q[:_LONGEST])):
        found.append(Reading(search_key(meant[0]), meant[1]))
    if typed.split()[-1] in _SAINTS:
        found.append(where.reading(typed))
    found += _with_body(key, where)
    for short in dict.fromkeys(each.key for each in found):
        if meant := _ABBREVIATIONS.get(short) or _departement_numbered(short):
            found.append(where.reading(search_key(meant[0]), meant[1]))
    return list(dict.fromkeys(found))


def further_readings(q: str) -> list[Reading]:
    """What it may mean besides, when nothing bears the names read first.

    Registers in capitals write no apostrophe ("VAL DOISE"), and some put the body last.
    """
    found = []
    for reading in readings(q):
        found += [replace(reading, key=key) for key in _with_elisions(reading.key)]
    where = _situated(q)
    key = search_key(where.name)
    if not key:
        return []
    # « CC Val 81 »: the number is its own.
    found.append(Reading(search_key(q[:_LONGEST].partition(" — ")[0])))
    for words, body in _BODIES.items():
        if len(words) > 1 and key.endswith(f" {words}"):
            found.append(where.reading(key.removesuffix(f" {words}"), body))
            break
    return [each for each in dict.fromkeys(found) if each not in readings(q)]


# No territory bears a longer name: what is typed beyond is not read.
_LONGEST = 150
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_CEDEX = re.compile(r"[ ,]+cedex(?: *\d{1,2})?$", re.IGNORECASE)
_POSTCODE_FIRST = re.compile(r"(?:F-)?(\d{5})[ ,-]+(\D.*)")
_POSTCODE_LAST = re.compile(r"(.*\D)[ ,(-]+(\d{5})\)?")
_WITH_DEPARTEMENT = re.compile(r"(.+?)(?: \(?| ?[(,] ?)([0-9]{2,3}|2[ABab])\)?")
_WITH_DEPARTEMENT_NAME = re.compile(r"(.+?) ?[(,] ?([^(),]+?)\)?")
_DEPARTEMENT_NAMES = {search_key(name): code for code, name in DEPARTEMENTS.items()}


@dataclass(frozen=True)
class _Situated:
    """A name, and what is said of where it is."""

    name: str
    departement_code: str | None = None
    postcode: str | None = None

    def reading(self, key: str, body: Body | None = None) -> Reading:
        return Reading(key, body, self.departement_code, self.postcode)


def _situated(written: str) -> _Situated:
    """A name apart from its postcode, its cedex, its département, its label."""
    text = INVISIBLE.sub("", written[:_LONGEST]).partition(" — ")[0]
    text = " ".join(text.split()).strip(' "«»“”')
    name, postcode = _CEDEX.sub("", text), None
    if match := _POSTCODE_FIRST.fullmatch(name):
        postcode, name = match[1], match[2]
    elif match := _POSTCODE_LAST.fullmatch(name):
        name, postcode = match[1], match[2]
    name = _CEDEX.sub("", name)
    # The code of a cedex is that of an office: it says the département alone.
    exact = postcode if name in text and "cedex" not in text.lower() else None
    area = _departement_of(postcode) if postcode else None
    name, said = name_and_departement(name)
    return _Situated(name, said or area, exact)


def name_and_departement(name: str) -> tuple[str, str | None]:
    """A place name and the département it ends with: "Saint-Denis (93)", "Beauvais (Oise)"."""
    spaced = " ".join(name[:_LONGEST].split())
    match = _WITH_DEPARTEMENT.fullmatch(spaced)
    if match and _is_arrondissement(search_key(match[1]), match[2]):
        return match[1], None
    if match and match[2].upper() in DEPARTEMENTS:
        return match[1], match[2].upper()
    match = _WITH_DEPARTEMENT_NAME.fullmatch(spaced)
    if match and (code := _DEPARTEMENT_NAMES.get(search_key(match[2]))):
        return match[1], code
    return spaced, None


def _departement_of(postcode: str) -> str | None:
    """The département of a postcode; Corsica's two share theirs."""
    code = postcode[:3] if postcode[:2] in {"97", "98"} else postcode[:2]
    return code if code in DEPARTEMENTS else None


_ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}
_ARRONDISSEMENT = re.compile(
    r"(paris|lyon|marseille) (?:0?\d{1,2}|[ivx]+) ?(?:er|ere|e|eme|ieme|nd|nde)?"
    r"(?: arrondissement| arrdt| arr)?"
)


def _is_arrondissement(city: str, number: str) -> bool:
    return number.isdigit() and 0 < int(number) <= _ARRONDISSEMENTS.get(city, 0)


def _without_arrondissement(key: str) -> str:
    match = _ARRONDISSEMENT.fullmatch(key)
    return match[1] if match else key


# As people shorten them: the name each stands for.
_ABBREVIATIONS = {
    row["written"]: (row["name"], Body(TerritoryKind(row["kind"])))
    for row in _table("abbreviations.csv")
}
_NUMBERED = re.compile(r"(?:cd|cg|dpt|dept|dep|departement|conseil departemental) ?(\d{2,3}|2[ab])")


def _departement_numbered(key: str) -> tuple[str, Body] | None:
    """« CD60 », « Département 60 »: the département of that number."""
    match = _NUMBERED.fullmatch(key)
    code = match[1].upper() if match else ""
    return (DEPARTEMENTS[code], _DEPARTEMENT) if code in DEPARTEMENTS else None


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


def _with_body(key: str, where: _Situated) -> Iterator[Reading]:
    """The place that follows a body's name, with the article that its preposition supposes."""
    for words, body in _BODIES.items():
        if not key.startswith(f"{words} "):
            continue
        rest = key.removeprefix(f"{words} ")
        for preposition, article in _JOINED:
            if rest.startswith(preposition) and len(rest) > len(preposition):
                place = rest.removeprefix(preposition)
                if article:
                    yield where.reading(article + place, body)
                yield where.reading(place, body)
                return
        yield where.reading(rest, body)
        return


_ELIDED = re.compile(r"[ld](?=[aeiouyh])[a-z]{3,}")


def _with_elisions(key: str) -> Iterator[str]:
    """The key with the apostrophes that capitals leave out, one place at a time, then all."""
    words = key.split()
    places = [at for at, word in enumerate(words) if _ELIDED.fullmatch(word)]
    for chosen in [[at] for at in places] + ([places] if len(places) > 1 else []):
        yield " ".join(
            f"{word[0]} {word[1:]}" if at in chosen else word for at, word in enumerate(words)
        )
