"""The texts of the demonstration, read from the files beside."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO

from app.gate.actors import TerritoryKind
from app.identity.models import Profile
from consultation.proposals.models import Stage
from voting.ami.models import Part

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


@dataclass(frozen=True)
class Member:
    """Who sits on the committee, and the first part of their address."""

    name: str
    address: str
    function: str
    organisation: str


@dataclass(frozen=True)
class Decided:
    """What the committee decides of a proposal, by its number."""

    proposal: int
    stage: Stage
    reason: str


@dataclass(frozen=True)
class Taken:
    """The part a territory takes in a proposal, by its number."""

    proposal: int
    place: Place
    part: Part


@dataclass(frozen=True)
class Laureate:
    """A service with the reference of the deposit it is drawn from; amounts in cents."""

    name: str
    description: str
    carrier: Place | None
    organisation: str
    reference: str
    proposal: int
    total_cents: int
    state_cents: int
    note: str


def deposits() -> list[Deposit]:
    """Every contribution, as they come: the themes mixed, in an order drawn once for all."""
    folder = _DATA / "contributions"
    sources = [file for file in folder.iterdir() if file.name.endswith(".csv")]
    found = [_deposit(row) for source in sources for row in _rows(source)]
    return sorted(found, key=lambda deposit: _drawn(deposit.reference))


def proposals() -> list[dict[str, str]]:
    return list(_rows(_DATA / "proposals.csv"))


def schemes() -> list[dict[str, str]]:
    return list(_rows(_DATA / "schemes.csv"))


def supports() -> list[tuple[int, Place]]:
    """Which territory supports which proposal, in the order of the file."""
    return [(int(row["proposal"]), _place(row)) for row in _rows(_DATA / "supports.csv")]


def committee() -> list[Member]:
    return [
        Member(row["name"], row["address"], row["function"], row["organisation"])
        for row in _rows(_DATA / "committee.csv")
    ]


def decisions() -> list[Decided]:
    """What the committee decides, in the order in which it examines the proposals."""
    return [
        Decided(int(row["proposal"]), Stage(row["stage"]), row["reason"])
        for row in _rows(_DATA / "decisions.csv")
    ]


def parts() -> list[Taken]:
    """Who takes part in which proposal, in an order drawn once for all."""
    taken = [
        Taken(int(row["proposal"]), _place(row), Part(row["role"]))
        for row in _rows(_DATA / "referents.csv")
    ]
    return sorted(taken, key=lambda part: _drawn(" ".join((str(part.proposal), *part.place))))


def laureates() -> list[Laureate]:
    return [_laureate(row) for row in _rows(_DATA / "services.csv")]


def themes() -> list[str]:
    """The themes in which contributions are deposited, by name."""
    return sorted({deposit.theme for deposit in deposits()})


def _rows(file: Traversable) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(file.read_text(encoding="utf-8"), newline=""))


def _place(row: dict[str, str]) -> Place:
    return TerritoryKind(row["territory_kind"]), row["territory_code"]


def _laureate(row: dict[str, str]) -> Laureate:
    kind, code = row["carrier_territory_kind"], row["carrier_territory_code"]
    return Laureate(
        name=row["name"],
        description=row["description"],
        carrier=(TerritoryKind(kind), code) if code else None,
        organisation=row["carrier_organisation"],
        reference=row["contribution"],
        proposal=int(row["proposal"]),
        total_cents=int(row["total_cents"]),
        state_cents=int(row["state_cents"]),
        note=row["note"],
    )


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


def _drawn(text: str) -> bytes:
    """A key to shuffle by: the same at each replay."""
    return sha256(text.encode()).digest()
