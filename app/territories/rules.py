"""Kinds and natures of territories, and which of them a page is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID, uuid5

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
