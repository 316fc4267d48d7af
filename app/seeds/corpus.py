"""The texts of the demonstration, read from the files beside."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO

from app.gate import TerritoryKind
from app.identity.models import Profile

_DATA = files("app.seeds") / "data"

Place = tuple[TerritoryKind, str]


@dataclass(frozen=True)
class Author:
    """Who deposits: for a territory (its kind and code), or for an organisation."""

    profile: Profile
    function: str
    place: Place | None
    organisation: str


@dataclass(frozen=True)
class Deposit:
    """A contribution with its author and the outcome it is to have."""

    reference: str
    kind: str
    title: str
    theme: str
    beneficiaries: str
    description: str
    author: Author
    outcome: str
    proposals: tuple[int, ...]
    scheme: str
    reason: str


def deposits() -> list[Deposit]:
    """Every contribution, theme by theme."""
    folder = _DATA / "contributions"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".csv"))
    return [_deposit(row) for name in names for row in _rows(folder / name)]


def proposals() -> list[dict[str, str]]:
    return list(_rows(_DATA / "proposals.csv"))


def schemes() -> list[dict[str, str]]:
    return list(_rows(_DATA / "schemes.csv"))


def supports() -> list[tuple[int, Place]]:
    """Which territory supports which proposal, in the order of the file."""
    return [(int(row["proposal"]), _place(row)) for row in _rows(_DATA / "supports.csv")]


def themes() -> list[str]:
    """The themes in which contributions are deposited, by name."""
    return sorted({deposit.theme for deposit in deposits()})


def _rows(file: Traversable) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(file.read_text(encoding="utf-8"), newline=""))


def _place(row: dict[str, str]) -> Place:
    return TerritoryKind(row["territory_kind"]), row["territory_code"]


def _deposit(row: dict[str, str]) -> Deposit:
    return Deposit(
        reference=row["ref"],
        kind=row["kind"],
        title=row["title"],
        theme=row["theme"],
        beneficiaries=row["beneficiaries"],
        description=row["description"],
        author=Author(
            profile=Profile(row["author_profile"]),
            function=row["author_function"],
            place=_place(row) if row["territory_code"] else None,
            organisation=row["organisation"],
        ),
        outcome=row["outcome"],
        proposals=tuple(int(number) for number in row["proposal"].split(";") if number),
        scheme=row["scheme"],
        reason=row["reason"],
    )
