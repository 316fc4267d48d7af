"""Loading the registry of territories from the data shipped with the application."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from io import StringIO

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    func,
    literal_column,
    null,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.areas import DEPARTEMENTS
from app.gate.actors import TerritoryKind
from app.territories.bodies import place_key
from app.territories.keys import search_key, without_elisions
from app.territories.models import Territory
from app.territories.rules import territory_id

# The state of the administrative map that the data describes; see data/ATTRIBUTION.md.
EDITION = date(2026, 1, 1)

_PLAIN = (
    "kind",
    "nature",
    "code",
    "siren",
    "name",
    "departement_code",
    "region_code",
    "epci_siren",
    "population",
)
_LISTS = ("postcodes", "counted_as", "other_codes")
_COPIED = ("id", *_PLAIN, *_LISTS, "other_names", "former_names", "name_key", "place_key")
_WORDS = ("names", "codes", "former", "context")

_staged = Table(
    "staged_territory",
    MetaData(),
    *(Column(name, Territory.__table__.c[name].type) for name in _COPIED),
    *(Column(name, Text) for name in _WORDS),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True)
class LoadReport:
    """What a loading of the registry did, in numbers of territories."""

    read: int
    added: int
    changed: int
    ended: int

    @property
    def unchanged(self) -> int:
        return self.read - self.added - self.changed


@dataclass(frozen=True)
class Row:
    """A territory as a list gives it; its names as they are written."""

    kind: TerritoryKind
    code: str
    name: str
    nature: str | None = None
    siren: str | None = None
    departement_code: str | None = None
    region_code: str | None = None
    epci_siren: str | None = None
    population: str = "0"
    postcodes: Sequence[str] = ()
    counted_as: Sequence[str] = ()
    other_codes: Sequence[str] = ()
    other_names: Sequence[str] = ()
    former_names: Sequence[str] = ()


def load_registry(session: Session, *, edition: date = EDITION) -> LoadReport:
    """Bring the registry to the edition shipped with the application.

    Loading it again changes nothing. A territory absent from the edition is kept, since people may
    belong to it and acts bear its name, and ends on the edition's date. The syndicats that a file
    gave are no matter of the edition.
    """
    return bring_to(session, list(_shipped()), edition=edition, imported=False)


def bring_to(session: Session, rows: Sequence[Row], *, edition: date, imported: bool) -> LoadReport:
    """Bring part of the registry to a list: the syndicats that a file gives, or all the others.

    Under the role that owns the registry.
    """
    connection = session.connection()
    _staged.create(connection)
    _copy(session, map(_staged_values, rows))
    ended = _end_absent(session, edition, imported=imported)
    written = _write_differences(session)
    _staged.drop(connection)
    # Freshly loaded, the table has no statistics yet, and a search would scan it whole.
    session.execute(text("ANALYZE territory"))
    session.expire_all()
    added = sum(written)
    return LoadReport(read=len(rows), added=added, changed=len(written) - added, ended=ended)


def _copy(session: Session, rows: Iterable[tuple[object, ...]]) -> None:
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor, cursor.copy(f"COPY {_staged.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _end_absent(session: Session, edition: date, *, imported: bool) -> int:
    from_a_file = (Territory.kind == TerritoryKind.SYNDICAT) & Territory.nature.is_(None)
    present = select(_staged.c.id).where(_staged.c.id == Territory.id).exists()
    statement = (
        update(Territory)
        .where(Territory.ended_on.is_(None), ~present, from_a_file if imported else ~from_a_file)
        .values(ended_on=edition)
        .returning(Territory.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(statement).all())


def _write_differences(session: Session) -> list[bool]:
    """Add the new rows and update those that differ: for each row written, whether it is new."""
    columns = [*_COPIED, "search", "ended_on"]
    source = select(*_staged.c[_COPIED], _search_vector(), null())
    statement = insert(Territory).from_select(columns, source)
    new = [statement.excluded[name] for name in columns if name != "id"]
    current_values = [Territory.__table__.c[column.name] for column in new]
    upsert = statement.on_conflict_do_update(
        index_elements=[Territory.id],
        set_={column.name: column for column in new},
        where=tuple_(*current_values).is_distinct_from(tuple_(*new)),
    ).returning(text("old.id IS NULL"))
    return list(session.scalars(upsert))


def _search_vector() -> ColumnElement[str]:
    """The words to search: a name outweighs a code, then a former name, the département around."""
    weighted = {
        "A": _staged.c.names,
        "B": _staged.c.codes,
        "C": _staged.c.former,
        "D": _staged.c.context,
    }
    # A literal: setweight takes the internal type "char", which no parameter is sent as.
    name, code, former, around = (
        func.setweight(func.to_tsvector("simple", words), literal_column(f"'{weight}'"))
        for weight, words in weighted.items()
    )
    return name.op("||")(code).op("||")(former).op("||")(around)


def _shipped() -> Iterator[Row]:
    """The rows of the shipped data."""
    packed = files(__package__).joinpath("data", "territories.csv.gz").read_bytes()
    for line in csv.DictReader(StringIO(gzip.decompress(packed).decode())):
        plain = {column: line[column] or None for column in _PLAIN if column != "kind"}
        lists = {
            column: line[column].split("|") if line[column] else []
            for column in (*_LISTS, "other_names", "former_names")
        }
        yield Row(kind=TerritoryKind(line["kind"]), **plain, **lists)  # type: ignore[arg-type]


_OWN_INITIALS = re.compile(r"(.+?) *\([^()]+\)")


def _without_initials(row: Row) -> list[str]:
    """« CC du Kreiz-Breizh (CCKB) » bears that name without its initials too."""
    match = _OWN_INITIALS.fullmatch(row.name)
    if match is None or row.kind is TerritoryKind.COMMUNE:
        return []
    key = search_key(match[1])
    return list(dict.fromkeys([key, place_key(key, row.kind)]))


_AREAS = {code: search_key(f"{code} {name}") for code, name in DEPARTEMENTS.items()}


def _staged_values(row: Row) -> tuple[object, ...]:
    """A row in the order of the staging table's columns."""
    key = search_key(row.name)
    other_names = [search_key(name) for name in row.other_names] + _without_initials(row)
    former_names = [search_key(name) for name in row.former_names]
    return (
        territory_id(row.kind, row.code),
        *(getattr(row, column) for column in _PLAIN),
        *(list(getattr(row, column)) for column in _LISTS),
        other_names,
        former_names,
        key,
        place_key(key, row.kind),
        " ".join([key, without_elisions(key), *other_names]),
        " ".join([row.code, *row.other_codes, *row.postcodes]).lower(),
        " ".join(former_names),
        _AREAS.get(row.departement_code or "", ""),
    )
