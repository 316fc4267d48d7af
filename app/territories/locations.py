"""What a name ends or begins with most often: its postcode, its cedex, its département, a label."""

from __future__ import annotations

import re

from app.areas import DEPARTEMENTS
from app.territories.bodies import BODIES, Body, body_and_place
from app.territories.indications import Where, departement_said, tidy
from app.territories.keys import search_key

_CEDEX = re.compile(r"[ ,]+cedex(?: *\d{1,2})?$", re.IGNORECASE)
_CODE_FIRST = re.compile(r"(?:F-)?(\d{2} ?\d{3}|2[ABab]\d{3})[ ,-]+(\D.*)")
_CODE_LAST = re.compile(r"(.*\D)[ ,(-]+(\d{2} ?\d{3}|2[ABab]\d{3})\)?")
_WITH_DEPARTEMENT = re.compile(r"(.+?)(?: \(?| ?[(,] ?)([0-9]{2,3}|2[ABab])\)?")
_WITH_DEPARTEMENT_NAME = re.compile(r"(.+?) ?[(,] ?([^(),]+?)\)?")


def situated(written: str) -> tuple[str, Where]:
    """A name apart from its postcode, its cedex, its département, its label."""
    text, body = _without_label(tidy(written))
    name, code = _CEDEX.sub("", text), None
    if match := _CODE_FIRST.fullmatch(name):
        code, name = match[1], match[2]
    elif match := _CODE_LAST.fullmatch(name):
        name, code = match[1], match[2]
    name, code = _CEDEX.sub("", name), code and code.replace(" ", "").upper()
    name, said = _name_and_departement(name)
    if code and "cedex" in text.lower():
        # The code of a cedex is that of an office: it says the département alone.
        said, code = said or Where(code=code).departement, None
    return name, Where(departement_code=said, code=code, body=body)


def _without_label(text: str) -> tuple[str, Body | None]:
    """A text before its label, and the kind that the label says, be it still being typed."""
    name, dash, label = text.partition(" — ")
    key = search_key(label)
    if dash and any(words.startswith(key) for words in BODIES):
        return name, BODIES.get(key)
    return text, None


def _name_and_departement(name: str) -> tuple[str, str | None]:
    """A place name and the département it ends with: "Saint-Denis (93)", "Beauvais (Oise)"."""
    match = _WITH_DEPARTEMENT.fullmatch(name)
    if match and _is_arrondissement(body_and_place(search_key(match[1]))[1], match[2]):
        return match[1], None
    if match and match[2].upper() in DEPARTEMENTS:
        return match[1], match[2].upper()
    match = _WITH_DEPARTEMENT_NAME.fullmatch(name)
    if match and not match[2].isdigit() and (code := departement_said(match[2])):
        return match[1], code
    return name, None


_CITIES = {"paris": 20, "lyon": 9, "marseille": 16}
_ORDER = r"(?:0?(\d{1,2})|([ivx]+)) ?(?:er|ere|e|eme|ieme|nd|nde)?"
_ARRONDISSEMENT = r"(?:arrondissement|arrdt|arrt|ardt|arr)"
_CITY_FIRST = re.compile(rf"(paris|lyon|marseille) {_ORDER}(?: {_ARRONDISSEMENT})?")
_CITY_LAST = re.compile(rf"(?:le )?{_ORDER} {_ARRONDISSEMENT}(?: de| d)? (paris|lyon|marseille)")
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


def _is_arrondissement(city: str, number: str) -> bool:
    return number.isdigit() and 0 < int(number) <= _CITIES.get(city, 0)


def without_arrondissement(key: str) -> str:
    """The city alone: « Paris XII », « 12e arrondissement de Paris »."""
    if match := _CITY_FIRST.fullmatch(key):
        city, number, roman = match[1], match[2], match[3]
    elif match := _CITY_LAST.fullmatch(key):
        number, roman, city = match[1], match[2], match[3]
    else:
        return key
    return city if _is_arrondissement(city, number or _of_roman(roman)) else key


def _of_roman(roman: str) -> str:
    tens = len(roman) - len(roman.lstrip("x"))
    units = roman.lstrip("x")
    return str(10 * tens + _ROMAN.index(units)) if units in _ROMAN else ""
