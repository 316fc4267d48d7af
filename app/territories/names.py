"""Names of territories as people, registers and postal labels write them.

Search and imports share this one reading: each makes of a text the same few ways to understand it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.areas import DEPARTEMENTS
from app.gate.actors import TerritoryKind
from app.territories.keys import SAINTS, SMALL_WORDS, plain, search_key
from app.territories.locations import (
    DEPARTEMENT_NAMES,
    Situated,
    departement_coded,
    otherwise_situated,
    situated,
    table,
    tidy,
    without_arrondissement,
)
from app.territories.rules import Nature


@dataclass(frozen=True)
class Body:
    """A kind of body as people name it before a place: "communauté d'agglomération de"."""

    kind: TerritoryKind
    nature: Nature | None = None


_DEPARTEMENT = Body(TerritoryKind.DEPARTEMENT)
_WRITTEN_BODIES = {
    row["written"]: Body(
        TerritoryKind(row["kind"]), Nature(row["nature"]) if row["nature"] else None
    )
    for row in table("bodies.csv")
}
# Longest first: "communaute de communes" before "communaute".
_BODIES = dict(sorted(_WRITTEN_BODIES.items(), key=lambda body: -len(body[0])))


def body_and_place(key: str) -> tuple[Body | None, str]:
    """The body a search key begins with, if any, and the key of the place that follows it."""
    for words, body in _BODIES.items():
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
    return " ".join(word for word in place.split() if word not in SMALL_WORDS)


def article_of(key: str) -> str:
    """The article a key begins with, if any: "le havre" has one."""
    first = key.partition(" ")[0]
    return first if first in _ARTICLES else ""


@dataclass(frozen=True)
class Reading:
    """One way to understand what was written: a name, within a body, a département, a postcode.

    Of several that are `unsure`, one designates nothing where another designates something else.
    """

    key: str
    body: Body | None = None
    departement_code: str | None = None
    postcode: str | None = None
    unsure: bool = False

    @property
    def begins_with_article(self) -> bool:
        return self.key.split()[0] in SMALL_WORDS

    @property
    def words(self) -> list[str]:
        """Its words without articles; the last may be the beginning of one, and is kept."""
        *first, last = self.key.split()
        return [word for word in first if word not in SMALL_WORDS] + [last]


def readings(q: str) -> list[Reading]:
    """The ways to understand what was written, the most literal first; none when nothing was.

    A label ("Saint-Denis (93) — commune") reads as its name, of the kind it says. "st" at the end
    may begin "Strasbourg" as well as mean "Saint"; "ville d'avray" may be a name as well as the
    town hall of Avray.
    """
    where = situated(q)
    key, typed = search_key(where.name), plain(where.name)
    if not key:
        return []
    key = without_arrondissement(key)
    found = [_reading(where, key)]
    if meant := _departement_numbered(search_key(tidy(q)[0])):
        found.append(Reading(search_key(meant[0]), meant[1]))
    if typed.split()[-1] in SAINTS:
        found.append(_reading(where, typed))
    found += _with_body(key, where)
    for short in dict.fromkeys(each.key for each in found):
        if meant := _STANDS_FOR.get(short) or _departement_numbered(short):
            found.append(_reading(where, search_key(meant[0]), meant[1]))
    return list(dict.fromkeys(found))


def further_readings(q: str) -> list[Reading]:
    """What it may mean besides, when nothing bears the names read first.

    Registers in capitals write no apostrophe ("VAL DOISE"), and some put the body last; lists give
    the département in many ways ("Beauvais - Oise"), and postal labels "S" for « sur ».
    """
    found = [
        replace(reading, key=key) for reading in readings(q) for key in _with_elisions(reading.key)
    ]
    where = situated(q)
    key = search_key(where.name)
    if not key:
        return []
    # « CC Val 81 »: the number is its own.
    whole = search_key(tidy(q)[0])
    found.append(Reading(whole))
    if meant := _departement_named_and_numbered(whole):
        found.append(meant)
    for words, body in _BODIES.items():
        if len(words) > 1 and key.endswith(f" {words}"):
            found.append(_reading(where, key.removesuffix(f" {words}"), body))
            break
    unsure = [_reading(where, river) for river in _with_rivers(where.name)]
    for other in otherwise_situated(q):
        name = without_arrondissement(search_key(other.name))
        if name:
            unsure += [_reading(other, name), *_with_body(name, other)]
    found += [replace(each, unsure=True) for each in unsure]
    known = readings(q)
    return [each for each in dict.fromkeys(found) if each not in known]


def _reading(where: Situated, key: str, body: Body | None = None) -> Reading:
    """A key read where it is said to be, of the body that its label says if no other is said."""
    said = body or _WRITTEN_BODIES.get(search_key(where.label)) if where.label else body
    return Reading(key, said, where.departement_code, where.postcode)


def _with_rivers(name: str) -> Iterator[str]:
    """« CHALON S SAONE », « Neuilly/Seine »: on, or under, what follows."""
    key = search_key(name.replace("/", " s "))
    if " s " in key:
        yield key.replace(" s ", " sur ", 1)
        yield key.replace(" s ", " sous ", 1)


# As people shorten them, and as they were called: the name each stands for.
_STANDS_FOR = {
    row["written"]: (row["name"], Body(TerritoryKind(row["kind"])))
    for row in table("abbreviations.csv") + table("former.csv")
}
_NUMBERED = re.compile(r"(?:cd|cg|dpt|dept|dep|departement|conseil departemental) ?(\d{2,3}|2[ab])")


def _departement_named_and_numbered(key: str) -> Reading | None:
    """« 60 - Oise »: the département of that number, when it is the one of that name."""
    number, _, name = key.partition(" ")
    code = departement_coded(number)
    if code is None or DEPARTEMENT_NAMES.get(name) != code:
        return None
    return Reading(search_key(DEPARTEMENTS[code]), _DEPARTEMENT)


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


# « La commune de Grenoble », « Monsieur le maire de Lannion », « Mme la présidente de la région… ».
_BEFORE_BODY = re.compile(
    r"(?:(?:monsieur|madame|m|mme) )?(?:(?:le|la|l) )?"
    r"(?:(?:president|presidente) (?:du |de la |de l |de |d )?)?"
)


def _with_body(key: str, where: Situated) -> Iterator[Reading]:
    """The place that follows a body's name, with the article that its preposition supposes."""
    bare = key[_BEFORE_BODY.match(key).end() :]  # type: ignore[union-attr]
    for words, body in _BODIES.items():
        if not bare.startswith(f"{words} "):
            continue
        rest = bare.removeprefix(f"{words} ")
        for preposition, article in _JOINED:
            if rest.startswith(preposition) and len(rest) > len(preposition):
                place = rest.removeprefix(preposition)
                if article:
                    yield _reading(where, article + place, body)
                yield _reading(where, without_arrondissement(place), body)
                return
        yield _reading(where, without_arrondissement(rest), body)
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
