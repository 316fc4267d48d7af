"""Contributions received as a table: columns matched to fields, and each row judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from flask_babel import gettext as _
from flask_babel import ngettext

from app.calendar.models import Theme
from app.sheets import Sheet
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.received.queries import (
    Received,
    Registry,
    differences,
    five_digits_are_postcodes,
)
from consultation.contributions.received.reading import Defaults, Reader
from consultation.contributions.received.rules import PLACES, places_written, reference_key


@dataclass(frozen=True)
class Row:
    """A row that can be imported."""

    line: int
    received: Received


@dataclass(frozen=True)
class RowError:
    """A row that cannot, and every reason why."""

    line: int
    reference: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class Judged:
    """A table judged: what can be imported, what cannot, and the columns nothing is taken from."""

    rows: Sequence[Row]
    errors: Sequence[RowError]
    ignored: Sequence[str]


def judge(
    sheet: Sheet,
    matched: Mapping[str, str],
    *,
    themes: Sequence[Theme],
    instant: datetime,
    kind: Kind | None = None,
    theme: Theme | None = None,
    separator: str = ";",
    places: Mapping[str, str] | None = None,
) -> Judged:
    """What each row of a table brings, or every reason why it cannot be imported.

    `kind` and `theme` are used where a row gives none; `separator` cuts a cell of several places;
    `places` says what to read, a fuller name or a code, where the table writes a name. Raises
    Invalid when the table names too many places that are not known.
    """
    defaults = Defaults(kind, theme, themes, separator, instant)
    registry = Registry(places or {}, _postcodes(sheet, matched, separator))
    rows: list[Row] = []
    errors: list[RowError] = []
    lines: dict[str, int] = {}
    for line in sheet.lines:
        reader = Reader(line, matched, defaults, registry)
        received = reader.received()
        key = reference_key(received.reference)
        if first := lines.get(key):
            reader.reasons.append(
                _("la référence est déjà celle de la ligne %(line)d", line=first)
                if "reference" in matched
                else _("elle répète la ligne %(line)d", line=first)
            )
        lines.setdefault(key, line.number)
        if reader.reasons:
            errors.append(RowError(line.number, received.reference, reader.reasons))
        else:
            rows.append(Row(line.number, received))
    used = set(matched.values())
    return Judged(rows, errors, [column for column in sheet.columns if column not in used])


def _postcodes(sheet: Sheet, matched: Mapping[str, str], separator: str) -> dict[str, bool | None]:
    """Of each column of places, whether its codes of five digits are postcodes."""
    return {
        name: five_digits_are_postcodes(
            place
            for line in sheet.lines
            for place in places_written(line.cells.get(matched[name], ""), separator)
        )
        for name in PLACES
        if name in matched
    }


def report(judged: Judged, known: Mapping[str, Contribution]) -> list[str]:
    """What importing a table would do, in lines to read; `known` is what was imported, by key."""
    fates = {row.line: fate_of(row.received, known) for row in judged.rows}
    lines = [_row_line(row, fates[row.line]) for row in judged.rows]
    lines += [
        _(
            "  À CORRIGER, ligne %(line)d, référence %(reference)s : %(reasons)s.",
            line=error.line,
            reference=error.reference or "?",
            reasons=" ; ".join(reason.rstrip(".") for reason in error.reasons),
        )
        for error in judged.errors
    ]
    if judged.ignored:
        lines.append(_("Colonnes laissées de côté : %(names)s.", names=", ".join(judged.ignored)))
    counted = Counter(fate.kind for fate in fates.values())
    lines.append(
        _(
            "Contributions à importer : %(new)d. Déjà importées : %(known)d. À corriger : %(bad)d.",
            new=counted[FateKind.NEW],
            known=counted[FateKind.KNOWN] + counted[FateKind.CHANGED],
            bad=len(judged.errors),
        )
    )
    if counted[FateKind.CHANGED]:
        lines.append(
            ngettext(
                "Une contribution déjà importée revient changée : "
                "elle ne le sera que par --update.",
                "%(num)d contributions déjà importées reviennent changées : "
                "elles ne le seront que par --update.",
                counted[FateKind.CHANGED],
            )
        )
    return lines


class FateKind(Enum):
    """What becomes of a row."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


@dataclass(frozen=True)
class Fate:
    """What becomes of a row, and what has changed of one that was imported."""

    kind: FateKind
    changed: Sequence[str] = ()


def fate_of(received: Received, known: Mapping[str, Contribution]) -> Fate:
    """Whether a row is new, known as it is, or known and changed."""
    before = known.get(reference_key(received.reference))
    if before is None:
        return Fate(FateKind.NEW)
    changed = [_(label) for label in differences(before, received)]
    return Fate(FateKind.CHANGED, changed) if changed else Fate(FateKind.KNOWN)


def _row_line(row: Row, fate: Fate) -> str:
    received = row.received
    who = [place.label for place in received.places] or [received.organisation]
    said = {
        FateKind.NEW: ", ".join(who),
        FateKind.KNOWN: _("déjà importée"),
        FateKind.CHANGED: _("déjà importée, change : %(what)s", what=", ".join(fate.changed)),
    }
    line: str = _(
        "  ligne %(line)d, référence %(reference)s : %(title)s (%(fate)s)",
        line=row.line,
        reference=received.reference,
        title=received.content.title,
        fate=said[fate.kind],
    )
    return line
