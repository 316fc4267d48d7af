"""Names as people, registers and postal labels write them: the few ways to understand each.

Search and imports share this one reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.areas import DEPARTEMENTS
from app.gate.actors import TerritoryKind
from app.territories.bodies import BODIES, Body, after_body, table
from app.territories.indications import NOWHERE, Where, departement_numbered, partings, tidy
from app.territories.keys import SAINTS, SMALL_WORDS, bare_key, plain, search_key
from app.territories.locations import situated, without_arrondissement
from app.territories.rules import Nature


@dataclass(frozen=True)
class Reading:
    """One way to understand what was written: a name, within a body, where it is said to be.

    A `rival` is weighed with any other: a name that had another meaning before. What is `listed`
    may be several names.
    """

    key: str
    body: Body | None = None
    where: Where = NOWHERE
    rival: bool = False
    listed: bool = False

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

    A label ("Saint-Denis (93) — commune") reads as its name, of that kind. "st" at the end may
    begin "Strasbourg" as well as mean "Saint"; "ville d'avray" may be a name as well as the town
    hall of Avray.
    """
    name, where = situated(q)
    found = _ways(name, where)
    if found and (code := departement_numbered(search_key(tidy(q)))):
        found.insert(1, Reading(search_key(DEPARTEMENTS[code]), _DEPARTEMENT))
    return list(dict.fromkeys(found))


def parted_readings(q: str) -> list[list[Reading]]:
    """What it may mean once a name is parted from what is said before or after it.

    By a dash, a bar, brackets: each parting gives its readings, the likeliest first, and none is
    likelier than another. A bar may also stand for « sur » or « sous ».
    """
    # « CC Val 81 »: the number is its own.
    found = [_ways(tidy(q), NOWHERE)]
    found += [_ways(name, where) for name, where in partings(q)]
    for name, where in [situated(q), *partings(q)]:
        if "/" in name:
            found += [_ways(name.replace("/", on), where) for on in (" sur ", " sous ")]
    return [ways for ways in found if ways and ways != readings(q)]


def respelt_readings(q: str) -> list[list[Reading]]:
    """What it may mean when it is not spelt as its name is.

    Registers in capitals write no apostrophe ("VAL DOISE"), labels shorten words, and some put the
    body last.
    """
    written = [readings(q), *parted_readings(q)]
    found = [
        [replace(way, key=key)] for ways in written for way in ways for key in _respelt(way.key)
    ]
    for name, where in [situated(q), *partings(q)]:
        found.append(list(_with_body_last(search_key(name), where)))
    found += [
        [Reading(f"{way.key} metropole", where=replace(way.where, body=way.body))]
        for ways in written
        for way in ways
        if way.body and way.body.nature is Nature.METROPOLE
    ]
    return [ways for ways in found if ways]


_SEVERAL = re.compile(r"[,;+&]|(?<! [sS])/(?![sS] )")


def _is_listed(name: str) -> bool:
    return bool(_SEVERAL.search(name))


def _ways(name: str, where: Where) -> list[Reading]:
    """The ways to understand a name, apart from what is said beside it."""
    key, typed = search_key(name), plain(name)
    if not key:
        return []
    listed = _is_listed(name)
    found = [Reading(without_arrondissement(key), None, where, listed=listed)]
    if typed.split()[-1] in SAINTS:
        found.append(Reading(typed, None, where, listed=listed))
    if bodied := after_body(key):
        body, places = bodied
        found += [Reading(without_arrondissement(p), body, where, listed=listed) for p in places]
    for each in list(found):
        found += _meant(each)
    return found


def _meant(reading: Reading) -> Iterator[Reading]:
    """What an abbreviation, a number or a name of old stands for."""
    if meant := _ABBREVIATIONS.get(reading.key):
        yield replace(reading, key=meant[0], body=meant[1])
    elif code := departement_numbered(reading.key):
        yield replace(reading, key=search_key(DEPARTEMENTS[code]), body=_DEPARTEMENT)
    for name, body in _FORMER.get(bare_key(reading.key), ()):
        if reading.body in {None, body}:
            yield replace(reading, key=name, body=body, rival=True, listed=False)


_DEPARTEMENT = Body(TerritoryKind.DEPARTEMENT)
# As people shorten them: the name each stands for.
_ABBREVIATIONS = {
    row["written"]: (search_key(row["name"]), Body(TerritoryKind(row["kind"])))
    for row in table("abbreviations.csv")
}
# Areas as they were: those that each became, or became part of.
_FORMER: dict[str, list[tuple[str, Body]]] = {}
for _row in table("former.csv"):
    _FORMER.setdefault(bare_key(search_key(_row["written"])), []).append(
        (search_key(_row["name"]), Body(TerritoryKind(_row["kind"])))
    )


def _with_body_last(key: str, where: Where) -> Iterator[Reading]:
    for words, body in BODIES.items():
        if len(words) > 1 and key.endswith(f" {words}"):
            yield Reading(key.removesuffix(f" {words}"), body, where)
            return


_ELIDED = re.compile(r"[ld](?=[aeiouyh])[a-z]{3,}")
# « S » may stand for « sur » and for « sous ».
_SHORTENED: dict[str, list[str]] = {}
for _row in table("words.csv"):
    _SHORTENED.setdefault(_row["written"], []).append(_row["word"])


def _respelt(key: str) -> Iterator[str]:
    """The key with its words in full: « CHALON S SAONE », « VAL DOISE ».

    The apostrophes that capitals leave out are put back one place at a time, then all.
    """
    words = key.split()
    if len(words) > 1 and not _SHORTENED.keys().isdisjoint(words):
        for choice in (0, -1):
            yield " ".join(_SHORTENED.get(word, [word])[choice] for word in words)
    places = [at for at, word in enumerate(words) if _ELIDED.fullmatch(word)]
    for chosen in [[at] for at in places] + ([places] if len(places) > 1 else []):
        yield " ".join(
            f"{word[0]} {word[1:]}" if at in chosen else word for at, word in enumerate(words)
        )
