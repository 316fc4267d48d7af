"""Importing the official mailboxes that the State's directory publishes."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from flask_babel import gettext as _

from app.authority.mailboxes.queries import Registered, registered
from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.sheets import MAX_BYTES, Sheet, read_sheet

COLUMNS = ("insee_code", "siren", "email", "website")
# The SIRET of the territory's siège: a column a file may lack.
SIRET = "siret"
# One for each commune, and room for those that were.
MAX_ROWS = 50_000
_GZIP = b"\x1f\x8b"
_ADDRESS = re.compile(r"[a-z0-9._%+'-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}")


@dataclass(frozen=True)
class Entry:
    """A territory's mailbox as the file gives it, in lower case."""

    territory_id: UUID
    address: str
    website: str
    siret: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file says: a mailbox per territory, and what could not be read, row by row."""

    entries: Mapping[UUID, Entry]
    without_address: int = 0
    faults: list[str] = field(default_factory=list)
    digest: str = ""


def read_mailboxes(data: bytes, kind: TerritoryKind) -> Reading:
    """Read a table of mailboxes (insee_code, siren, email, website), plain or gzipped.

    A further column, siret, may give the SIRET of each territory's siège; one of another legal
    person is a fault, and only the SIRET is left out.

    A territory is known by its SIREN, else by its code within `kind`. A row that names two
    territories, none, one of another kind, one that a row above names, or no address one can write
    to, is a fault and is left out. Raises Invalid when the file is no such table.
    """
    known = registered(kind)
    entries: dict[UUID, Entry] = {}
    faults: list[str] = []
    without = 0
    for line in _sheet(data).lines:
        cells = {name: line.cells.get(name, "").strip() for name in (*COLUMNS, SIRET)}
        address, siret = cells["email"].lower(), "".join(cells[SIRET].split())
        if not address:
            without += 1
            continue
        found = _named(cells, known)
        if fault := _fault(found, cells, address, entries, known):
            faults.append(_("ligne %(number)d : %(fault)s", number=line.number, fault=fault))
            continue
        [territory_id] = found
        if siret and not _is_siege(siret, territory_id, known):
            fault = _("« %(siret)s » n’est pas un SIRET de ce territoire", siret=siret)
            faults.append(_("ligne %(number)d : %(fault)s", number=line.number, fault=fault))
            siret = ""
        entries[territory_id] = Entry(territory_id, address, cells["website"], siret)
    return Reading(entries, without, faults, sha256(data).hexdigest())


def _named(cells: Mapping[str, str], known: Registered) -> set[UUID]:
    siren, code = cells["siren"], cells["insee_code"]
    found = {known.by_siren[siren]} if siren in known.by_siren else set()
    return found | ({known.by_code[code]} if code in known.by_code else set())


def _fault(
    found: set[UUID],
    cells: Mapping[str, str],
    address: str,
    entries: Mapping[UUID, Entry],
    known: Registered,
) -> str:
    """Why a row is left out; nothing when it gives one territory its mailbox."""
    code, siren = cells["insee_code"] or "?", cells["siren"] or "?"
    if len(found) != 1:
        return _(
            "le registre n’a pas un territoire %(code)s, SIREN %(siren)s", code=code, siren=siren
        )
    if not found <= known.own:
        return _(
            "le territoire %(code)s, SIREN %(siren)s, relève d’un autre fichier",
            code=code,
            siren=siren,
        )
    if not _ADDRESS.fullmatch(address):
        return _("« %(address)s » n’est pas une adresse", address=address)
    if not entries.keys().isdisjoint(found):
        return _("une ligne précédente donne déjà la boîte de ce territoire")
    return ""


def _is_siege(siret: str, territory_id: UUID, known: Registered) -> bool:
    whole = len(siret) == 14 and siret.isascii() and siret.isdigit()
    return whole and known.by_siren.get(siret[:9]) == territory_id


def _sheet(data: bytes) -> Sheet:
    sheet = read_sheet(_expanded(data), max_rows=MAX_ROWS)
    if not set(COLUMNS) <= set(sheet.columns):
        raise Invalid(
            N_("Le fichier doit porter les colonnes %(columns)s."), columns=", ".join(COLUMNS)
        )
    return sheet


def _expanded(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        # One more than is taken is enough to be refused: a small file can expand to gigabytes.
        with gzip.open(io.BytesIO(data)) as packed:
            return packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(
            N_("Le fichier compressé ne s’ouvre pas."), way_out=N_("Compressez-le de nouveau.")
        ) from error
