"""What a picker of territories shows, what it sends, and what was typed and not chosen."""

from __future__ import annotations

import re
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
_NOW = re.compile(r",\s*aujourd['’]hui\s+", re.IGNORECASE)


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
    nothing bears. Typed anew beside an earlier choice that it does not lead to, it replaces it.
    """
    chosen, name = chosen_territory(value), (typed or "").strip()
    if chosen is not None and name in ("", chosen.label):
        return Picked(chosen)
    if not name:
        return Picked()
    found = _designated(name, kinds)
    if chosen is not None and _leads_to(name, chosen, found, kinds):
        return Picked(chosen)
    return found


def _designated(name: str, kinds: Collection[TerritoryKind] | None) -> Picked:
    """The one territory that some words designate, or what to ask about them."""
    several = _("« %(name)s » peut être plusieurs territoires : choisissez.", name=name)
    coded = typed_code(name) is not None
    if not coded:
        try:
            found = territory_by_place_name(db.session(), _NOW.split(name)[-1])
        except AmbiguousPlace as ambiguous:
            return Picked(said=several, results=choices(ambiguous.candidates))
        except UnknownPlace:
            found = None
        if found is not None and (kinds is None or found.kind in kinds):
            return Picked(found)
    matches = search_territories(db.session(), name, kinds=kinds)
    if coded and len(matches) == 1:
        return Picked(db.session.get(Territory, matches[0].id))
    if coded and matches:
        return Picked(said=several, results=choices(matches))
    if matches:
        said = _("Nous n’avons pas trouvé « %(name)s ». Est-ce l’un de ceux-ci ?", name=name)
    else:
        said = _(
            "Nous n’avons pas trouvé « %(name)s ». Vérifiez l’orthographe, ou essayez le code "
            "postal.",
            name=name,
        )
    return Picked(said=said, results=choices(matches))


def _leads_to(
    name: str, chosen: Territory, found: Picked, kinds: Collection[TerritoryKind] | None
) -> bool:
    """Whether a territory may have been chosen among what these words found."""
    if str(chosen.id) in {each["value"] for each in found.results or []}:
        return True
    return chosen.id in {match.id for match in search_territories(db.session(), name, kinds=kinds)}


def pick(field: Field, query: Field) -> Picked:
    """Fill in the field of a territory with what was typed beside it, when that designates one."""
    found = picked(field.data, query.data)
    if found.territory is not None:
        field.data = str(found.territory.id)
    elif found.said:
        # An earlier choice is not what is asked for any more.
        field.data = ""
    return found
