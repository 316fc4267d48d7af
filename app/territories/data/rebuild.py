"""Rebuild the registry's data from the public list of French administrative divisions.

    python -m app.territories.data.rebuild FOLDER

FOLDER is the unpacked npm package; ATTRIBUTION.md says which, and how to fetch it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

from app.territories.rules import siren_is_valid

HERE = Path(__file__).parent
NATURES = {"CC": "cc", "CA": "ca", "CU": "cu", "METRO": "metropole", "EPT": "ept"}
Item = dict[str, Any]


@dataclass
class Row:
    """One line of the registry; the attributes are its columns, in order."""

    kind: str
    code: str
    name: str
    nature: str = ""
    siren: str = ""
    departement_code: str = ""
    region_code: str = ""
    epci_siren: str = ""
    postcodes: list[str] = field(default_factory=list)
    population: int = 0
    counted_as: list[str] = field(default_factory=list)
    other_codes: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    former_names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Package:
    """What is read from the unpacked package. `former` are communes that merged into another."""

    communes: list[Item]
    former: list[Item]
    arrondissements: list[Item]
    groupements: list[Item]
    departements: list[Item]
    regions: list[Item]

    @classmethod
    def read(cls, folder: Path) -> Package:
        def items(name: str) -> list[Item]:
            found: list[Item] = json.loads((folder / "data" / f"{name}.json").read_text("utf-8"))
            return found

        municipal = items("communes")
        return cls(
            communes=[c for c in municipal if c["type"] == "commune-actuelle"],
            former=[c for c in municipal if c["type"] in {"commune-deleguee", "commune-associee"}],
            arrondissements=[c for c in municipal if c["type"] == "arrondissement-municipal"],
            groupements=items("epci") + items("ept"),
            departements=items("departements"),
            regions=items("regions"),
        )


def listed(package: Package) -> list[Row]:
    """The rows as the package lists them, a legal person possibly several times."""
    epci_of = {
        member["code"]: group["code"]
        for group in package.groupements
        if group["type"] != "EPT"
        for member in group["membres"]
    }
    communes = [_commune(item, epci_of) for item in package.communes]
    by_code = {row.code: row for row in communes}
    for item in package.arrondissements:
        by_code[item["commune"]].other_codes.append(item["code"])
        missing = set(item.get("codesPostaux", ())) - set(by_code[item["commune"]].postcodes)
        by_code[item["commune"]].postcodes.extend(sorted(missing))
    _remember(package, by_code)
    return [
        *communes,
        *(_groupement(item, by_code) for item in package.groupements),
        *_areas("departement", package.departements, communes),
        *_areas("region", package.regions, communes),
    ]


def _remember(package: Package, by_code: dict[str, Row]) -> None:
    """The names and codes that present communes answer to since others merged into them."""
    for item in package.former:
        present = by_code[item["chefLieu"]]
        if item["nom"] != present.name:
            present.former_names.append(item["nom"])
    codes = [(item["chefLieu"], item["code"]) for item in package.former]
    codes += [(c["code"], old) for c in package.communes for old in c.get("anciensCodes", ())]
    for code, old in codes:
        if old not in by_code and old not in by_code[code].other_codes:
            by_code[code].other_codes.append(old)
    for row in by_code.values():
        row.former_names = sorted(set(row.former_names))


def _commune(item: Item, epci_of: dict[str, str]) -> Row:
    return Row(
        kind="commune",
        code=item["code"],
        name=item["nom"],
        siren=item.get("siren", ""),
        departement_code=item["departement"],
        region_code=item["region"],
        epci_siren=epci_of.get(item["code"], ""),
        postcodes=list(item.get("codesPostaux", ())),
        population=item.get("population") or 0,
    )


def _groupement(item: Item, communes: dict[str, Row]) -> Row:
    """A groupement sits where most of its inhabitants live."""
    inhabitants: Counter[tuple[str, str]] = Counter()
    for member in item["membres"]:
        commune = communes[member["code"]]
        place = (commune.departement_code, commune.region_code)
        inhabitants[place] += commune.population
    (departement_code, region_code), _ = inhabitants.most_common(1)[0]
    return Row(
        kind="syndicat" if item["type"] == "EPT" else "epci",
        code=item["code"],
        name=item["nom"],
        nature=NATURES.get(item["type"], ""),
        siren=item["code"],
        departement_code=departement_code,
        region_code=region_code,
        population=inhabitants.total(),
    )


def _areas(kind: str, items: list[Item], communes: list[Row]) -> Iterable[Row]:
    inhabitants: Counter[str] = Counter()
    for commune in communes:
        area = commune.departement_code if kind == "departement" else commune.region_code
        inhabitants[area] += commune.population
    for item in items:
        yield Row(
            kind=kind,
            code=item["code"],
            name=item["nom"],
            departement_code=item["code"] if kind == "departement" else "",
            region_code=item["region"] if kind == "departement" else item["code"],
            population=inhabitants[item["code"]],
        )


def corrected(rows: Iterable[Row]) -> list[Row]:
    """One row for each legal person, as corrections.csv says with its legal source."""
    corrections = {(c["source_kind"], c["source_code"]): c for c in _table("corrections.csv")}
    kept: list[Row] = []
    merged: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        correction = corrections.pop((row.kind, row.code), None)
        if correction is None:
            kept.append(row)
        elif correction["relation"] != "none":
            merged[correction["kind"], correction["code"]].append(row)
    if corrections:
        raise SystemExit(f"Corrections without object in this edition: {sorted(corrections)}")
    wanted = {(c["kind"], c["code"]): c for c in _table("corrections.csv") if c["kind"]}
    parts = {
        (c["source_kind"], c["source_code"])
        for c in _table("corrections.csv")
        if c["relation"] == "part"
    }
    return kept + [_merge(wanted[key], listings, parts) for key, listings in merged.items()]


def _merge(correction: Item, listings: list[Row], parts: set[tuple[str, str]]) -> Row:
    """The one row of a legal person listed several times; a part gives its postcodes only."""
    same = [row for row in listings if (row.kind, row.code) not in parts]
    codes = {row.code for row in same} | {code for row in same for code in row.other_codes}
    departements = {row.departement_code for row in same if row.departement_code}
    regions = {row.region_code for row in same}
    areas = [row for row in same if row.kind == "departement"]
    siren = next((row.siren for row in same if row.siren), "")
    return Row(
        kind=correction["kind"],
        code=correction["code"],
        name=correction["name"],
        nature=correction["nature"],
        siren=siren,
        departement_code=departements.pop() if len(departements) == 1 else "",
        region_code=regions.pop(),
        epci_siren=next((row.epci_siren for row in same if row.epci_siren), ""),
        postcodes=[postcode for row in listings for postcode in row.postcodes],
        population=sum(row.population for row in areas) or same[0].population,
        counted_as=sorted({row.kind for row in same} - {correction["kind"]}),
        other_codes=sorted(codes - {correction["code"], siren}),
        other_names=sorted({row.name for row in same} - {correction["name"]}),
        former_names=sorted({name for row in same for name in row.former_names}),
    )


def completed(rows: list[Row]) -> list[Row]:
    """Give départements and régions their SIREN, and the Rhône the inhabitants it administers."""
    by_key = {(row.kind, row.code): row for row in rows}
    for line in _table("sirens.csv"):
        by_key[line["kind"], line["code"]].siren = line["siren"]
    if wrong := [row.siren for row in rows if row.siren and not siren_is_valid(row.siren)]:
        raise SystemExit(f"Invalid SIREN: {wrong}")
    # CGCT, art. L. 3611-1: on its territory, the Métropole de Lyon replaces the département.
    by_key["departement", "69"].population -= by_key["special", "69M"].population
    regions = {line["code"] for line in _table("regions.csv")}
    for row in rows:
        if row.region_code not in regions:
            row.region_code = ""
    return sorted(rows, key=attrgetter("kind", "code"))


def _table(filename: str) -> list[Item]:
    with (HERE / filename).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cell(value: object) -> object:
    return "|".join(value) if isinstance(value, list) else value


def _write_registry(rows: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(vars(rows[0]))
    writer.writerows([_cell(value) for value in vars(row).values()] for row in rows)
    # No date in the archive, so that the same edition always gives the same bytes.
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (HERE / "territories.csv.gz").write_bytes(packed)


def _write_areas(filename: str, items: list[Item]) -> None:
    uninhabited = {"984", "989"}
    with (HERE / filename).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name"])
        ordered = sorted(items, key=lambda item: str(item["code"]))
        writer.writerows([i["code"], i["nom"]] for i in ordered if i["code"] not in uninhabited)


def main() -> None:
    package = Package.read(Path(sys.argv[1]))
    _write_areas("departements.csv", package.departements)
    _write_areas("regions.csv", [item for item in package.regions if item["zone"] != "com"])
    rows = completed(corrected(listed(package)))
    _write_registry(rows)
    sys.stdout.write(f"{len(rows)} rows: {dict(Counter(row.kind for row in rows))}\n")


if __name__ == "__main__":
    main()
