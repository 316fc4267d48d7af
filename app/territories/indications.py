"""What is written beside a name to say which place it is: its département, a code, its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from app.areas import DEPARTEMENTS, REGIONS
from app.gate.actors import TerritoryKind
from app.territories.bodies import BODIES, Body, body_and_place, table
from app.territories.codes import written_code
from app.territories.keys import INVISIBLE, SMALL_WORDS, bare_key, search_key

# No territory bears a longer name: what is typed beyond is not read.
LONGEST = 150


@dataclass(frozen=True)
class Where:
    """What is said of a place beside its name; `code` may be an official code or a postcode."""

    departement_code: str | None = None
    region_code: str | None = None
    code: str | None = None
    body: Body | None = None
    initials: str | None = None

    @property
    def departement(self) -> str | None:
        """The one département it is in, said or told by its code."""
        told = departements_of(self.code) if self.code else frozenset()
        return self.departement_code or (next(iter(told)) if len(told) == 1 else None)

    def joined(self, other: Where) -> Where | None:
        """Both said at once; None when they differ."""
        said: dict[str, object] = {}
        for each in fields(self):
            mine, its = getattr(self, each.name), getattr(other, each.name)
            if mine and its and mine != its:
                return None
            said[each.name] = mine or its
        return Where(**said)  # type: ignore[arg-type]


NOWHERE = Where()
_BRACKETS = str.maketrans("[]", "()")
_COUNTRY = re.compile(r" ?[,(] ?france ?\)?$", re.IGNORECASE)


def tidy(written: str) -> str:
    """What is written on one line, without what surrounds it, nor the country after it."""
    text = INVISIBLE.sub("", written[:LONGEST]).translate(_BRACKETS)
    return _COUNTRY.sub("", " ".join(text.split()).strip(' "«»“”'))


def departements_of(code: str) -> frozenset[str]:
    """The départements that a code or postcode may be of; Corsica's two share their postcodes."""
    if len(code) > 5:
        return frozenset()
    if code.startswith("20"):
        return frozenset({"2A", "2B"})
    prefix = code[:3] if code[:2] in {"97", "98"} else code[:2]
    return frozenset({prefix} & set(DEPARTEMENTS))


_FORMER = table("former.csv")
_DEPARTEMENT_CODES = {bare_key(search_key(name)): code for code, name in DEPARTEMENTS.items()}
_REGION_CODES = {bare_key(search_key(name)): code for code, name in REGIONS.items()}


def _with_former(codes: dict[str, str], kind: TerritoryKind) -> dict[str, str]:
    """By name, those of today and those of old that became one alone."""
    former = [row for row in _FORMER if row["kind"] == kind]
    written = [row["written"] for row in former]
    return codes | {
        bare_key(search_key(row["written"])): codes[bare_key(search_key(row["name"]))]
        for row in former
        if written.count(row["written"]) == 1
    }


_DEPARTEMENTS_SAID = _with_former(_DEPARTEMENT_CODES, TerritoryKind.DEPARTEMENT)
_REGIONS_SAID = _with_former(_REGION_CODES, TerritoryKind.REGION)
_NUMBERED = re.compile(r"(?:cd|cg|dpt|dept|dep|departement|conseil departemental) ?(\d{2,3}|2[ab])")


def departement_numbered(key: str) -> str | None:
    """« CD60 », « Département 60 »: the code of that département."""
    match = _NUMBERED.fullmatch(key)
    code = match[1].upper() if match else ""
    return code if code in DEPARTEMENTS else None


def departement_said(written: str) -> str | None:
    """The code of the département that a cell gives: « 60 », « l’Oise », « 60 - Oise »."""
    code = written_code(written)
    if code is not None:
        return code.zfill(2) if code.zfill(2) in DEPARTEMENTS else None
    text = tidy(written)
    said = [_said(text[start:end]) for start, end in _cells(text)]
    told = {each.departement for each in said if each}
    return told.pop() if len(told) == 1 and None not in said else None


def _together(said: Sequence[Where | None]) -> Where | None:
    """All that was said; None when a part said nothing, or another thing."""
    where: Where | None = NOWHERE
    for each in said:
        where = where.joined(each) if where and each else None
    return where


_INITIALS = re.compile(r"[A-Z0-9&.' -]{2,24}")


def _said(part: str) -> Where | None:
    """What a part of what was written says of a place; None when it says nothing of the sort."""
    key = search_key(part)
    if key == "france":
        return NOWHERE
    if code := written_code(part):
        return _coded(code)
    if key in BODIES:
        return Where(body=BODIES[key])
    if numbered := departement_numbered(key):
        return Where(departement_code=numbered)
    body, place = body_and_place(key)
    named = bare_key(place)
    kind = body.kind if body else None
    if named in _DEPARTEMENTS_SAID and kind in {None, TerritoryKind.DEPARTEMENT}:
        return Where(departement_code=_DEPARTEMENTS_SAID[named])
    if named in _REGIONS_SAID and kind in {None, TerritoryKind.REGION}:
        return Where(region_code=_REGIONS_SAID[named])
    if key in _WRITTEN_INITIALS:
        return Where(initials=key)
    if key and _INITIALS.fullmatch(part):
        return Where(initials=key.replace(" ", ""))
    return None


def _coded(code: str) -> Where | None:
    """What a code says; spreadsheets drop the zero that 01 and 01000 begin with."""
    if len(code) == 1:
        return Where(code=code.zfill(2), body=Body(TerritoryKind.DEPARTEMENT))
    if len(code) == 4:
        code = code.zfill(5)
    return Where(code=code) if len(code) in {2, 3, 5, 9} else None


_CUT = re.compile(r"(?: ?[(),/;] ?)+| ?[–—] ?| [-:] ?| ?[-:] ")
_CODE = r"(?:2[ABab](?:\d{3})?|\d{14}|\d{3} ?\d{3} ?\d{3}|\d{1,5})"
_CODE_FIRST = re.compile(rf"({_CODE}) (?=\D)")
_CODE_LAST = re.compile(rf"\D( {_CODE})$")
# Beyond, it is a list.
_MOST = 6


def _cells(text: str) -> list[tuple[int, int]]:
    """Where the parts of a text begin and end: between its dashes and brackets, and its codes."""
    cells: list[tuple[int, int]] = []
    start = 0
    for end, following in [*((m.start(), m.end()) for m in _CUT.finditer(text)), (len(text), 0)]:
        part = text[start:end]
        bounds = [start]
        if match := _CODE_FIRST.match(part):
            bounds += [start + match.end(1), start + match.end(1) + 1]
        if match := _CODE_LAST.search(part[bounds[-1] - start :]):
            at = bounds[-1] + match.start(1)
            bounds += [at, at + 1]
        bounds.append(end)
        cells += [(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True) if a < b]
        start = following
    return cells


def partings(written: str) -> Iterator[tuple[str, Where]]:
    """Each way to part what was written into one name and what all the rest says of it.

    The longest names come first. The name of an area is read before a place when a dash parts
    them; with a comma or a bar it begins a list: « Oise, Beauvais ».
    """
    text = tidy(written)
    cells = _cells(text)
    if len(cells) > _MOST:
        return
    said = [_said(text[start:end]) for start, end in cells]
    for length in range(len(cells) - 1, 0, -1):
        for first in range(len(cells) - length + 1):
            last = first + length - 1
            rest: Sequence[Where | None] = [*said[:first], *said[last + 1 :]]
            if any(_begins_a_list(text, cells, said, at) for at in range(first)):
                continue
            where = _together(rest)
            name = text[cells[first][0] : cells[last][1]]
            if where and any(letter.isalpha() for letter in name):
                yield name, where


def _begins_a_list(
    text: str, cells: Sequence[tuple[int, int]], said: Sequence[Where | None], at: int
) -> bool:
    where = said[at]
    area = where is not None and bool(where.departement_code or where.region_code)
    return area and any(sign in text[cells[at][1] : cells[at + 1][0]] for sign in ",/;")


_WRITTEN_INITIALS = {row["written"]: search_key(row["name"]) for row in table("abbreviations.csv")}
_BODY_INITIALS = {
    "cc": "cd?c",
    "ca": "cd?a",
    "cu": "cd?u",
    "metropole": "m",
}


def are_initials(initials: str, name: str) -> bool:
    """Whether a territory of that name may shorten it so: « CCPV », « PV », « MEL »."""
    own, _, bracket = name.rstrip(")").partition(" (")
    key = search_key(own)
    if search_key(bracket).replace(" ", "") == initials or _WRITTEN_INITIALS.get(initials) == key:
        return True
    first, *words = key.split()
    letters = f"(?:{_BODY_INITIALS[first]})?" if first in _BODY_INITIALS else first[0]
    letters += "".join(f"{word[0]}{'?' * (word in SMALL_WORDS)}" for word in words)
    return bool(words) and re.fullmatch(letters, initials) is not None
