"""The administrative map: départements and régions by code, whoever bears them today."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def _areas(filename: str) -> Mapping[str, str]:
    # The registry's data, with its attribution and what rebuilds it.
    source = files(__package__).joinpath("territories", "data", filename)
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return MappingProxyType({row["code"]: row["name"] for row in rows})


# 67 and 2A are still areas, though no legal person bears them.
DEPARTEMENTS = _areas("departements.csv")
REGIONS = _areas("regions.csv")


def departement_label(code: str) -> str:
    """A département as lists name it: « Puy-de-Dôme (63) »; its code alone when it is unknown."""
    return f"{DEPARTEMENTS[code]} ({code})" if code in DEPARTEMENTS else code
