"""Reading a list of syndicats, and bringing the registry to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.sheets import Line, Sheet
from app.territories.codes import written_code
from app.territories.imports import LoadReport, Row, bring_to
from app.territories.indications import departement_said
from app.territories.models import Territory
from app.territories.rules import siren_is_valid

COLUMNS = ("siren", "name", "departement")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Reading:
    """The syndicats a file lists, and what could not be read, row by row."""

    rows: Sequence[Row]
    faults: list[str] = field(default_factory=list)


def read_syndicats(sheet: Sheet) -> Reading:
    """Read a table of syndicats: their SIREN, name, and the département of their siège.

    A row without a valid SIREN or a name, in no département, or whose SIREN a row above gives, is
    a fault and is left out. Raises Invalid when a column is missing.
    """
    if absent := [name for name in COLUMNS if name not in sheet.columns]:
        raise Invalid(
            N_("Il manque au fichier : %(names)s. Il a : %(columns)s."),
            names=", ".join(absent),
            columns=", ".join(sheet.columns),
        )
    rows: dict[str, Row] = {}
    faults: list[str] = []
    for line in sheet.lines:
        siren, name, area = _cells(line)
        if fault := _fault(siren, name, area, rows):
            faults.append(_("ligne %(number)d : %(fault)s", number=line.number, fault=fault))
            continue
        assert siren is not None
        rows[siren] = Row(
            kind=TerritoryKind.SYNDICAT,
            code=siren,
            siren=siren,
            name=name,
            departement_code=area,
        )
    return Reading(list(rows.values()), faults)


def load_syndicats(session: Session, reading: Reading, *, edition: date) -> LoadReport:
    """Bring the syndicats of the registry to a list that gives them all, under the owner's role.

    One that the list no longer gives is kept, since people may belong to it, and ends on the day of
    the `edition`. Loading the same list again changes nothing. Raises Invalid when a SIREN is that
    of another territory.
    """
    sirens = [row.siren for row in reading.rows]
    taken = session.scalar(
        select(Territory).where(
            Territory.siren.in_(sirens),
            or_(Territory.kind != TerritoryKind.SYNDICAT, Territory.nature.is_not(None)),
        )
    )
    if taken is not None:
        raise Invalid(
            N_("Le SIREN %(siren)s est celui d’un autre territoire : %(label)s."),
            siren=taken.siren,
            label=taken.label,
        )
    return bring_to(session, reading.rows, edition=edition, imported=True)


def _cells(line: Line) -> tuple[str | None, str, str | None]:
    written = {name: " ".join(line.cells.get(name, "").split()) for name in COLUMNS}
    area = written["departement"]
    return written_code(written["siren"]), written["name"], departement_said(area)


def _fault(
    siren: str | None, name: str, area: str | None, above: Mapping[str, object]
) -> str | None:
    if siren is None or not siren_is_valid(siren):
        return _("le SIREN n’en est pas un")
    if siren in above:
        return _("le SIREN est déjà celui d’une ligne plus haut")
    if not name or len(name) > LONGEST_NAME:
        return _("le nom est vide, ou trop long")
    return _("le département n’en est pas un") if area is None else None
