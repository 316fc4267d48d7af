"""What a name, as it is written, says of where it is: its postcode, its département."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from app.areas import DEPARTEMENTS
from app.territories.keys import SMALL_WORDS, search_key

# No territory bears a longer name: what is typed beyond is not read.
LONGEST = 150
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BRACKETS = str.maketrans("[]", "()")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_COUNTRY = re.compile(r" ?[,(] ?france ?\)?$", re.IGNORECASE)
_CEDEX = re.compile(r"[ ,]+cedex(?: *\d{1,2})?$", re.IGNORECASE)
_POSTCODE_FIRST = re.compile(r"(?:F-)?(\d{2} ?\d{3})[ ,-]+(\D.*)")
_POSTCODE_LAST = re.compile(r"(.*\D)[ ,(-]+(\d{2} ?\d{3})\)?")
_WITH_DEPARTEMENT = re.compile(r"(.+?)(?: \(?| ?[(,] ?)([0-9]{2,3}|2[ABab])\)?")
_WITH_DEPARTEMENT_NAME = re.compile(r"(.+?) ?[(,] ?([^(),]+?)\)?")
_CODE_FIRST = re.compile(r"(\d{4,5}|2[ABab]\d{3})[ ,-]+(\D.*)")
_SEPARATED = re.compile(r"(.+?) ?(?: [-–/|] |[|]) ?(.+)")
_WITH_INITIALS = re.compile(r"(.+?) ?\(([A-Z]{2,9})\)")


def table(filename: str) -> list[dict[str, str]]:
    """The rows of a table of `data/`."""
    rows = files(__package__).joinpath("data", filename).read_text("utf-8")
    return list(csv.DictReader(rows.splitlines()))


def _departement_names() -> Iterator[tuple[str, str]]:
    for code, name in DEPARTEMENTS.items():
        key = search_key(name)
        yield key, code
        yield key.removeprefix("la "), code
    codes = {search_key(name): code for code, name in DEPARTEMENTS.items()}
    for row in table("former.csv"):
        if row["kind"] == "departement":
            yield row["written"], codes[search_key(row["name"])]


# Those of old included: "Côtes-du-Nord".
DEPARTEMENT_NAMES = dict(_departement_names())


@dataclass(frozen=True)
class Situated:
    """A name, and what is said of where it is; `label` is what a label says it is, if it is one."""

    name: str
    departement_code: str | None = None
    postcode: str | None = None
    label: str = ""


def situated(written: str) -> Situated:
    """A name apart from its postcode, its cedex, its département, its country, its label."""
    text, label = tidy(written)
    name, postcode = _CEDEX.sub("", text), None
    if match := _POSTCODE_FIRST.fullmatch(name):
        postcode, name = match[1], match[2]
    elif match := _POSTCODE_LAST.fullmatch(name):
        name, postcode = match[1], match[2]
    name, postcode = _CEDEX.sub("", name), postcode and postcode.replace(" ", "")
    # The code of a cedex is that of an office: it says the département alone.
    exact = postcode if name in text and "cedex" not in text.lower() else None
    area = _departement_of(postcode) if postcode else None
    name, said = name_and_departement(name)
    return Situated(name, said or area, exact, label)


def otherwise_situated(written: str) -> Iterator[Situated]:
    """The same, by signs that many names have too: read when nothing bears the whole.

    « Beauvais - Oise », « 60 - Beauvais », « 2A004 Ajaccio », « 1000 Bourg-en-Bresse », « CC du
    Pays Rochois (CCPR) ».
    """
    text, label = tidy(written)
    if match := _SEPARATED.fullmatch(text):
        head, tail = match[1], match[2]
        if code := departement_named(tail):
            yield Situated(head, code, label=label)
        if code := departement_coded(head):
            yield Situated(tail, code, label=label)
    if match := _CODE_FIRST.fullmatch(text):
        code, name = match[1].upper().rjust(5, "0"), match[2]
        area = code[:2] if code.startswith("2") and not code.isdigit() else _departement_of(code)
        yield Situated(name, area, code if len(match[1]) == 4 else None, label)
    if (match := _WITH_INITIALS.fullmatch(text)) and _are_initials(match[2], match[1]):
        yield Situated(match[1], label=label)


def tidy(written: str) -> tuple[str, str]:
    """What is written on one line, without what surrounds it, and what a label says it is."""
    text = INVISIBLE.sub("", written[:LONGEST]).translate(_BRACKETS)
    text, _, label = text.partition(" — ")
    text = _INITIALS.sub(lambda initials: initials[0].replace(".", "") + " ", text)
    text = " ".join(text.split()).strip(' "«»“”')
    return _COUNTRY.sub("", text), label.strip()


def _are_initials(letters: str, name: str) -> bool:
    """Whether letters begin the words of a name, its small words counted or not."""
    words = search_key(name).split()
    # « CC » stands for two words.
    spelt = [w if w in {"cc", "ca", "cu"} else w[0] for w in words if w not in SMALL_WORDS]
    whole = [w if w in {"cc", "ca", "cu"} else w[0] for w in words]
    return letters.lower() in {"".join(spelt), "".join(whole)}


def name_and_departement(name: str) -> tuple[str, str | None]:
    """A place name and the département it ends with: "Saint-Denis (93)", "Beauvais (Oise)"."""
    spaced = " ".join(name[:LONGEST].split())
    match = _WITH_DEPARTEMENT.fullmatch(spaced)
    if match and _is_arrondissement(search_key(match[1]), match[2]):
        return match[1], None
    if match and (code := departement_coded(match[2])):
        return match[1], code
    match = _WITH_DEPARTEMENT_NAME.fullmatch(spaced)
    if match and (code := DEPARTEMENT_NAMES.get(search_key(match[2]))):
        return match[1], code
    return spaced, None


def departement_coded(written: str) -> str | None:
    """The code of a département, when that is what is written: "60", "2a"."""
    code = written.strip().upper()
    return code if code in DEPARTEMENTS else None


def departement_named(written: str) -> str | None:
    """The code of the département of a name, of now or of old, or of that code."""
    return departement_coded(written) or DEPARTEMENT_NAMES.get(search_key(written))


def _departement_of(postcode: str) -> str | None:
    """The département of a postcode; Corsica's two share theirs."""
    code = postcode[:3] if postcode[:2] in {"97", "98"} else postcode[:2]
    return code if code in DEPARTEMENTS else None


_ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}
_ORDINAL = "(?:er|ere|e|eme|ieme|nd|nde)"
_CITY_FIRST = re.compile(
    rf"(paris|lyon|marseille) (?:0?\d{{1,2}}|[ivx]+) ?{_ORDINAL}?(?: arrondissement| arrdt| arr)?"
)
_CITY_LAST = re.compile(
    rf"(?:le |du )?(?:0?\d{{1,2}}|[ivx]+) ?{_ORDINAL} (?:arrondissement|arrdt|arr)"
    r" (?:de |a )?(paris|lyon|marseille)"
)


def _is_arrondissement(city: str, number: str) -> bool:
    return number.isdigit() and 0 < int(number) <= _ARRONDISSEMENTS.get(city, 0)


def without_arrondissement(key: str) -> str:
    """The city of an arrondissement, whichever comes first; any other key as it is."""
    match = _CITY_FIRST.fullmatch(key) or _CITY_LAST.fullmatch(key)
    return match[1] if match else key
