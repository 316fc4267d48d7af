"""Importing official mailboxes: matching, dating changes, faults, and the real file."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import func, select

from app import clock
from app.authority.mailboxes.imports import Reading, read_mailboxes
from app.authority.mailboxes.models import Mailbox
from app.authority.mailboxes.operations import ImportReport, import_mailboxes
from app.authority.mailboxes.queries import address_facts
from app.authority.mailboxes.rules import is_anyones, is_named_after
from app.db import db, transaction
from app.errors import Invalid
from app.gate.actors import NOBODY, Context, TerritoryKind
from app.journal.models import JournalEvent
from app.territories.models import Territory
from tests.support import factories

HEADER = "insee_code,siren,email,website\n"
COMMUNE, EPCI = TerritoryKind.COMMUNE, TerritoryKind.EPCI
DEPARTEMENT, REGION = TerritoryKind.DEPARTEMENT, TerritoryKind.REGION


def _file(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode()


def _import(
    data: bytes, kind: TerritoryKind = COMMUNE, *, force: bool = False
) -> tuple[Reading, ImportReport]:
    with transaction():
        reading, ctx = read_mailboxes(data, kind), Context(NOBODY, clock.now())
        return reading, import_mailboxes(reading, kind=kind, force=force, ctx=ctx)


LANNION = "22113,212201131,Mairie@Lannion.example,https://lannion.example"
BREST = "29019,212900195,mairie@brest.example,"


@pytest.mark.usefixtures("app")
def test_each_row_finds_its_territory_by_siren_or_by_code() -> None:
    reading, report = _import(_file(LANNION, "29019,,mairie@brest.example,", ",200054781,,"))
    assert (report.added, reading.without_address, reading.faults) == (2, 1, [])
    lannion = factories.territory("22113")
    assert address_facts(lannion.id, "x@lannion.example").address == "mairie@lannion.example"


@pytest.mark.usefixtures("app", "registry_read_once")
def test_a_row_that_names_two_territories_or_none_is_reported_and_left_out() -> None:
    reading, report = _import(
        _file("22113,212900195,mairie@x.example,", "99999,,mairie@y.example,", "29019,,mairie y,")
    )
    assert report.added == 0
    rows = [fault.split("\xa0: ")[0] for fault in reading.faults]
    assert rows == ["ligne 2", "ligne 3", "ligne 4"]


@pytest.mark.usefixtures("app", "registry_read_once")
def test_importing_again_changes_nothing_and_records_nothing() -> None:
    _import(_file(LANNION, BREST))
    _reading, report = _import(_file(LANNION, BREST))
    assert report == ImportReport(added=0, changed=0, removed=0, unchanged=2)
    assert db.session.scalar(select(func.count()).select_from(JournalEvent)) == 1


@pytest.mark.usefixtures("app", "registry_read_once")
def test_a_change_and_a_late_arrival_are_dated_and_the_former_address_kept() -> None:
    _import(_file(LANNION))
    later = clock.now() + timedelta(days=100)
    with clock.at(later):
        _reading, report = _import(_file(LANNION.replace("Mairie", "accueil"), BREST))
    assert (report.added, report.changed) == (1, 1)
    lannion, brest = factories.territory("22113"), factories.territory("29019")
    moved = db.session.get_one(Mailbox, lannion.id)
    assert (moved.previous, moved.changed_at) == ("mairie@lannion.example", later)
    assert db.session.get_one(Mailbox, brest.id).changed_at == later


@pytest.mark.usefixtures("app", "registry_read_once")
def test_a_territory_gone_from_the_file_has_no_mailbox_and_other_kinds_keep_theirs() -> None:
    _import(_file("22,,contact@cotesdarmor.example,"), TerritoryKind.DEPARTEMENT)
    _import(_file(LANNION, BREST))
    _reading, report = _import(_file(BREST), force=True)
    assert report.removed == 1
    assert address_facts(factories.territory("22113").id, "x@lannion.example").address == ""
    departement = factories.territory("22", TerritoryKind.DEPARTEMENT)
    assert address_facts(departement.id, "").address == "contact@cotesdarmor.example"


@pytest.mark.usefixtures("app", "registry_read_once")
def test_the_domain_counts_every_territory_on_it_whatever_its_kind() -> None:
    _import(_file("22,,contact@commun.example,"), TerritoryKind.DEPARTEMENT)
    _import(_file("22113,,mairie@commun.example,"))
    facts = address_facts(factories.territory("22113").id, "jeanne@commun.example")
    assert (facts.on_domain, facts.here) == (2, True)


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"\xff\xfe\x00",
        gzip.compress(b"x" * 10)[:-4],
        gzip.compress(b"x" * 10)[:12] + b"\xff" * 20,
        gzip.compress(HEADER.encode() + b"\0" * 50_000_000),
        HEADER.encode() + b"x" * 200_000,
        HEADER.encode() + b'"',
        b"",
    ],
    ids=["other", "no text", "cut short", "spoilt", "bomb", "long cell", "quote", "empty"],
)
@pytest.mark.usefixtures("app", "registry_read_once")
def test_what_is_no_such_table_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        _import(data)


@pytest.mark.usefixtures("app", "registry_read_once")
def test_a_file_cut_short_takes_nothing_away_unless_forced() -> None:
    _import(_file(LANNION, BREST))
    with pytest.raises(Invalid, match="retirerait"):
        _import(_file(LANNION))
    with pytest.raises(Invalid, match="retirerait"):
        _import(_file())
    assert db.session.scalar(select(func.count()).select_from(Mailbox)) == 2
    assert _import(_file(LANNION), force=True)[1].removed == 1


@pytest.mark.usefixtures("app", "registry_read_once")
def test_the_file_of_another_kind_says_nothing_and_takes_nothing_away() -> None:
    _import(_file("22,,contact@cotesdarmor.example,"), DEPARTEMENT)
    _import(_file(LANNION))
    with transaction():
        assert len(read_mailboxes(_file(LANNION, BREST), DEPARTEMENT).faults) == 2
    with pytest.raises(Invalid, match="retirerait"):
        _import(_file(LANNION, BREST), DEPARTEMENT)
    assert db.session.scalar(select(func.count()).select_from(Mailbox)) == 2


@pytest.mark.usefixtures("app", "registry_read_once")
def test_a_second_row_of_one_territory_is_a_fault() -> None:
    reading, report = _import(_file(LANNION, "22113,,autre@lannion.example,"))
    assert (report.added, len(reading.faults)) == (1, 1)
    assert "ligne 3" in reading.faults[0]
    [entry] = reading.entries.values()
    assert entry.address == "mairie@lannion.example"


@pytest.mark.usefixtures("app", "registry_read_once")
@pytest.mark.parametrize(
    ("kind", "code", "other"),
    [
        (EPCI, ",200046977", DEPARTEMENT),  # Métropole de Lyon
        (DEPARTEMENT, "2A,200076958", REGION),  # Collectivité de Corse
        (DEPARTEMENT, "972,", REGION),
        (COMMUNE, "75056,217500016", DEPARTEMENT),  # Ville de Paris
    ],
)
def test_whom_several_lists_count_has_its_mailbox_from_the_first_and_keeps_it(
    kind: TerritoryKind, code: str, other: TerritoryKind
) -> None:
    row = f"{code},contact@unique.example,"
    assert _import(_file(row), kind)[1] == ImportReport(1, 0, 0, 0)
    reading, report = _import(_file(row.replace("contact", "autre")), other)
    assert (report, len(reading.faults)) == (ImportReport(0, 0, 0, 0), 1)
    assert _import(_file(row), kind)[1] == ImportReport(0, 0, 0, 1)


@pytest.mark.usefixtures("app")
def test_the_real_file_is_imported_in_a_few_seconds(shared_data: Path) -> None:
    file = shared_data / "contacts" / "official_mailboxes.csv.gz"
    began = perf_counter()
    reading, report = _import(file.read_bytes())
    took = perf_counter() - began
    assert report.added + reading.without_address + len(reading.faults) == 34_875
    assert report.added > 34_000
    assert took < 20, f"{took:.1f} s"
    shared = (
        select(func.count())
        .select_from(Mailbox)
        .group_by(Mailbox.address)
        .having(func.count() > 1)
        .subquery()
    )
    sharing, boxes = db.session.execute(
        select(func.sum(shared.c[0]), func.count()).select_from(shared)
    ).one()
    assert (sharing, boxes) == (32, 11)
    # The figures of docs/decisions/0004-authority.md.
    columns = (Territory.name, Territory.other_names, Mailbox.website)
    rows = db.session.execute(
        select(Mailbox.domain, *(func.min(column).label(column.key) for column in columns))
        .join(Territory, Territory.id == Mailbox.territory_id)
        .group_by(Mailbox.domain)
        .having(func.count() == 1)
    ).all()
    own = [
        row
        for row in rows
        if not is_anyones(row.domain)
        and is_named_after(row.domain, [row.name, *row.other_names], row.website)
    ]
    assert (len(rows), len(own)) == (15_506, 15_251)
