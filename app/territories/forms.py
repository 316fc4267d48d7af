"""What a picker of territories shows, what it sends, and what was typed and not chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from wtforms import Field

from app.db import db
from app.gate.actors import TerritoryKind
from app.territories.codes import typed_code
from app.territories.models import Territory
from app.territories.places import AmbiguousPlace, UnknownPlace, territory_by_place_name
from app.territories.search import TerritoryMatch, search_territories

Choice = dict[str, str]
# Former communes are shown under the name they bear now.
_NOW = ", aujourd’hui "


def choices(found: Sequence[TerritoryMatch | Territory]) -> list[Choice]:
    """Territories as a picker shows them."""
    return [
        {"value": str(each.id), "label": each.label, "description": _("code %(c)s", c=each.code)}
        for each in found
    ]


def chosen_territory(value: str | None) -> Territory | None:
    """The territory a picker sent, if it is one."""
    try:
        return db.session.get(Territory, UUID(value or ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class Picked:
    """What a picker sent: a territory, or why none is known yet, with those to choose from."""

    territory: Territory | None = None
    said: str = ""
    results: list[Choice] | None = None


def picked(
    value: str | None, typed: str | None, *, kinds: Collection[TerritoryKind] | None = None
) -> Picked:
    """The territory that was chosen, else the one that what was typed designates by itself.

    What is typed is never ignored: a name that several bear is asked about, and so is one that
    nothing bears.
    """
    if territory := chosen_territory(value):
        return Picked(territory)
    name = (typed or "").strip()
    if not name:
        return Picked()
    if typed_code(name) is None:
        try:
            found = territory_by_place_name(db.session(), name.rpartition(_NOW)[2])
        except AmbiguousPlace as ambiguous:
            return Picked(said=_several(name), results=choices(ambiguous.candidates))
        except UnknownPlace:
            found = None
        if found is not None and (kinds is None or found.kind in kinds):
            return Picked(found)
    matches = search_territories(db.session(), name, kinds=kinds)
    if typed_code(name) is not None and len(matches) == 1:
        return Picked(db.session.get(Territory, matches[0].id))
    if matches:
        return Picked(said=_several(name), results=choices(matches))
    said = _("Aucun territoire ne répond à « %(name)s ».", name=name)
    return Picked(said=said, results=[])


def _several(name: str) -> str:
    return _("« %(name)s » peut être plusieurs territoires : choisissez.", name=name)


def pick(field: Field, query: Field) -> Picked:
    """Fill in the field of a territory with what was typed beside it, when that designates one."""
    found = picked(field.data, query.data)
    if found.territory is not None:
        field.data = str(found.territory.id)
    return found
