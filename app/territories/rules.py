"""Names, codes and kinds of territories: how they are compared, and what a search asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID, uuid5

from app.areas import DEPARTEMENTS
from app.errors import N_, NotAllowed
from app.gate.actors import TerritoryKind


class Nature(StrEnum):
    """What a territory is within its kind, where the kind alone does not say it."""

    CC = "cc"
    CA = "ca"
    CU = "cu"
    METROPOLE = "metropole"
    EPT = "ept"
    PARTICULAR = "particular"
    SINGLE = "single"
    OVERSEAS = "overseas"
    SUI_GENERIS = "sui_generis"


KIND_LABELS = {
    TerritoryKind.COMMUNE: N_("commune"),
    TerritoryKind.EPCI: N_("intercommunalité"),
    TerritoryKind.DEPARTEMENT: N_("département"),
    TerritoryKind.REGION: N_("région"),
    TerritoryKind.SPECIAL: N_("collectivité à statut particulier"),
    TerritoryKind.SYNDICAT: N_("syndicat"),
}

NATURE_LABELS = {
    Nature.CC: N_("communauté de communes"),
    Nature.CA: N_("communauté d’agglomération"),
    Nature.CU: N_("communauté urbaine"),
    Nature.METROPOLE: N_("métropole"),
    Nature.EPT: N_("établissement public territorial"),
    Nature.PARTICULAR: N_("collectivité à statut particulier"),
    Nature.SINGLE: N_("collectivité territoriale unique"),
    Nature.OVERSEAS: N_("collectivité d’outre-mer"),
    Nature.SUI_GENERIS: N_("collectivité sui generis"),
}

_GROUPEMENTS = frozenset({TerritoryKind.EPCI, TerritoryKind.SYNDICAT})
_NAMESPACE = UUID("3f0c6f6e-5f0b-5d55-9a55-7d2f6f1e8a51")


def is_collectivity(kind: TerritoryKind) -> bool:
    """Whether a kind is one of collectivités territoriales, and not of groupements.

    Source: Constitution, article 72; CGCT, article L. 5111-1 for the groupements.
    """
    return kind not in _GROUPEMENTS


def territory_id(kind: TerritoryKind, code: str) -> UUID:
    """The identifier of a territory: the same at each loading of the registry."""
    return uuid5(_NAMESPACE, f"{kind}:{code}")


def siren_is_valid(siren: str) -> bool:
    """Whether a SIREN has nine digits and a valid Luhn key (ISO/IEC 7812-1, annex B)."""
    if not re.fullmatch(r"[0-9]{9}", siren):
        return False
    digits = [int(digit) for digit in reversed(siren)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
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
    return " ".join(_SAINTS.get(word, word) for word in _plain(name).split())


def without_elisions(key: str) -> str:
    """A search key as it is typed without apostrophes: "val doise", "lhay les roses"."""
    return _ELISION.sub(r"\1", key)


@dataclass(frozen=True)
class Body:
    """A kind of body as people name it before a place: "communauté d'agglomération de"."""

    kind: TerritoryKind
    nature: Nature | None = None


_EPCI = Body(TerritoryKind.EPCI)
_CC, _CA, _CU, _METROPOLE = (
    Body(TerritoryKind.EPCI, nature)
    for nature in (Nature.CC, Nature.CA, Nature.CU, Nature.METROPOLE)
)
_COMMUNE = Body(TerritoryKind.COMMUNE)
_DEPARTEMENT = Body(TerritoryKind.DEPARTEMENT)
_REGION = Body(TerritoryKind.REGION)
_SPECIAL = Body(TerritoryKind.SPECIAL)

# Longest first: "communaute de communes" before "communaute".
_BODIES = {
    "etablissement public territorial": Body(TerritoryKind.SYNDICAT, Nature.EPT),
    "collectivite territoriale": _SPECIAL,
    "collectivite europeenne": _DEPARTEMENT,
    "communaute d agglomeration": _CA,
    "communaute de communes": _CC,
    "conseil departemental": _DEPARTEMENT,
    "communaute urbaine": _CU,
    "departement region": _SPECIAL,
    "conseil municipal": _COMMUNE,
    "intercommunalite": _EPCI,
    "conseil regional": _REGION,
    "conseil general": _DEPARTEMENT,
    "agglomeration": _CA,
    "collectivite": _SPECIAL,
    "communaute": _EPCI,
    "departement": _DEPARTEMENT,
    "metropole": _METROPOLE,
    "interco": _EPCI,
    "com com": _CC,
    "commune": _COMMUNE,
    "comcom": _CC,
    "mairie": _COMMUNE,
    "region": _REGION,
    "agglo": _CA,
    "ville": _COMMUNE,
    "epci": _EPCI,
    "cc": _CC,
    "ca": _CA,
    "cu": _CU,
}


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


# No territory bears a longer name: what is typed beyond is not read.
_LONGEST = 150
_WITH_DEPARTEMENT = re.compile(r"(.+?)(?: \(?| ?\()([0-9]{2,3}|2[ABab])\)?")


def name_and_departement(name: str) -> tuple[str, str | None]:
    """A place name and the département code it ends with: "Saint-Denis (93)", "Saint-Denis 93"."""
    spaced = " ".join(name[:_LONGEST].split())
    match = _WITH_DEPARTEMENT.fullmatch(spaced)
    if match and match[2].upper() in DEPARTEMENTS:
        return match[1], match[2].upper()
    return spaced, None


@dataclass(frozen=True)
class Reading:
    """One way to understand what was typed: a name, within a body and a département if any."""

    key: str
    body: Body | None = None
    departement_code: str | None = None

    @property
    def begins_with_article(self) -> bool:
        return self.key.split()[0] in _SMALL_WORDS

    @property
    def words(self) -> list[str]:
        """Its words without articles; the last may be the beginning of one, and is kept."""
        *first, last = self.key.split()
        return [word for word in first if word not in _SMALL_WORDS] + [last]


def readings(q: str) -> list[Reading]:
    """The ways to understand what was typed, the most literal first; none when nothing was.

    A label ("Saint-Denis (93) — commune") reads as its name. "st" at the end may begin
    "Strasbourg" as well as mean "Saint"; "ville d'avray" may be a name as well as the town
    hall of Avray.
    """
    name, departement_code = name_and_departement(q.partition(" — ")[0])
    key, typed = search_key(name), _plain(name)
    if not key:
        return []
    found = [Reading(key, None, departement_code)]
    if typed.split()[-1] in _SAINTS:
        found.append(Reading(typed, None, departement_code))
    body, place = body_and_place(key)
    if body:
        found.append(Reading(place, body, departement_code))
    return found


_CODE = re.compile(r"[0-9]{1,14}|2[ab][0-9]{0,3}")


def typed_code(q: str) -> str | None:
    """The code typed, a SIREN's spaces left out: digits, or a Corsican code in lower case."""
    compact = re.sub(r"[\s.]", "", q).lower()
    return compact if _CODE.fullmatch(compact) else None


class _Known(Protocol):
    @property
    def id(self) -> UUID: ...


_Own = TypeVar("_Own", bound=_Known)


def chosen(mine: Sequence[_Own], asked: UUID | None) -> _Own | None:
    """The territory a page is about: the one asked for, else the first of one's own.

    Raises NotAllowed when the one asked for is not one's own.
    """
    if asked is None:
        return mine[0] if mine else None
    for territory in mine:
        if territory.id == asked:
            return territory
    raise NotAllowed(
        N_("Cette page est réservée aux membres de la collectivité."),
        way_out=N_("Demandez votre rattachement depuis « Mon compte »."),
    )
