"""The one territory that a name designates, as files written by people give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, any_, literal, or_, select
from sqlalchemy.orm import Session

from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.territories.bodies import Body, article_of, body_and_place, place_key
from app.territories.indications import are_initials, departements_of
from app.territories.models import Territory
from app.territories.names import Reading, parted_readings, readings, respelt_readings

BIGGEST_FIRST = (Territory.population.desc(), Territory.kind, Territory.code)


class UnknownPlace(Invalid):
    """No territory of that kind bears the name."""

    code = "unknown-place"

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("« %(name)s » : aucun territoire ne porte ce nom."),
            way_out=N_("Vérifiez l’orthographe et la colonne où le nom est écrit."),
            name=name,
        )


class AmbiguousPlace(Invalid):
    """Several territories of that kind bear the name: `candidates`, the most populated first."""

    code = "ambiguous-place"

    def __init__(self, name: str, candidates: Sequence[Territory]) -> None:
        super().__init__(
            N_("« %(name)s » désigne plusieurs territoires : %(labels)s."),
            way_out=N_("Précisez le département, par exemple « Saint-Denis (93) »."),
            name=name,
            labels=", ".join(territory.label for territory in candidates[:5]),
        )
        self.candidates = candidates


def territory_by_place_name(
    session: Session,
    name: str,
    kind: TerritoryKind | None = None,
    *,
    departement_code: str | None = None,
) -> Territory:
    """The one territory, of a kind or of any, that bears a name as files written by people give it.

    Every way to read the name is tried, the most literal first: its own name, then the names lists
    also give it, then its place without articles; so is its name apart from what is said beside it,
    and both must agree: « Saint-Aubin - Landes » is like Saint-Aubin-des-Landes, and is in the
    Landes. Then it is read as it may be misspelt.
    `departement_code` says where it is when the name does not. A commune of old answers by the
    present one, and is refused where another present one bears its name; so does an area of old. A
    legal person that official lists also count under the kind answers to it: Guyane as a
    département. Raises UnknownPlace, AmbiguousPlace.
    """
    asked = _Asked(session, kind, departement_code)
    found = asked.meant([readings(name), *parted_readings(name)])
    if not found:
        found = asked.meant(respelt_readings(name))
    distinct = list(dict.fromkeys(found))
    if not distinct:
        raise UnknownPlace(name)
    if len(distinct) > 1:
        raise AmbiguousPlace(name, distinct)
    return distinct[0]


@dataclass(frozen=True)
class _Asked:
    session: Session
    kind: TerritoryKind | None
    departement_code: str | None

    def meant(self, groups: Sequence[Sequence[Reading]]) -> list[Territory]:
        """Those that each group of readings designates."""
        ways = [self._within(way) for group in groups for way in group]
        places = [_place(way, self.kind) for way in ways]
        known = known_by(self.session, [way.key for way in ways], places, self.kind)
        found: list[Territory] = []
        for group in groups:
            designated = [
                (way, borne)
                for way in map(self._within, group)
                if (borne := _designated(way, _place(way, self.kind), known))
            ]
            if designated:
                found += _with_rivals(designated)
        return found

    def _within(self, way: Reading) -> Reading:
        said = way.where.departement_code or self.departement_code
        return replace(way, where=replace(way.where, departement_code=said))


def _with_rivals(designated: Sequence[tuple[Reading, Sequence[Territory]]]) -> list[Territory]:
    """Those that the first reading designates, and those it may be taken for.

    « Ville de Saint-Jacques » is like Ville-Saint-Jacques, and may be Saint-Jacques.
    """
    (first, found), *others = designated
    inexact = first.body is None and any(t.name_key != first.key for t in found)
    bodied = next((way for way, _ in others if way.body and not way.rival), None)
    rivals = [borne for way, borne in others if way.rival or (inexact and way is bodied)]
    return [*found, *(territory for borne in rivals for territory in borne)]


def known_by(
    session: Session, keys: Sequence[str], places: Sequence[str], kind: TerritoryKind | None
) -> Sequence[Territory]:
    """The present territories that bear, or bore, one of the names, the most populated first."""
    named = or_(
        Territory.name_key.in_(keys),
        Territory.place_key.in_(places),
        Territory.other_names.overlap([*keys, *places]),
        Territory.former_names.overlap(keys),
    )
    scope = [Territory.ended_on.is_(None), *([counts_as(kind)] if kind else [])]
    return session.scalars(select(Territory).where(named, *scope).order_by(*BIGGEST_FIRST)).all()


def _designated(way: Reading, place: str, known: Sequence[Territory]) -> Sequence[Territory]:
    """Those that bear the name the most closely, with those that bore it before a merger.

    What may be several names is one only when it is a whole name.
    """
    known = [territory for territory in known if _is_there(territory, way)]
    bearing = (
        [t for t in known if t.name_key == way.key]
        or [t for t in known if way.key in t.other_names]
        or [
            t
            for t in known
            if t.place_key == place
            and _articles_agree(t, way)
            and not (way.listed and not way.body)
        ]
        or [t for t in known if place in t.other_names]
    )
    body = way.body or body_and_place(way.key)[0]
    if body and body.nature and len(bearing) > 1:
        bearing = [t for t in bearing if t.nature is body.nature] or bearing
    code = way.where.code
    if code and len(code) > 3 and len(bearing) > 1:
        bearing = [t for t in bearing if _bears(t, code)] or bearing
    others = [t for t in known if way.key in t.former_names or _may_be(t, way, place)]
    return list(dict.fromkeys([*bearing, *others]))


def _may_be(territory: Territory, way: Reading, place: str) -> bool:
    """« La Creuse » is a commune, and what everyone calls a département."""
    is_area = territory.kind in {TerritoryKind.DEPARTEMENT, TerritoryKind.REGION}
    return is_area and bool(article_of(way.key)) and territory.place_key == place


def _is_there(territory: Territory, way: Reading) -> bool:
    """Whether it is of the body, the place and the initials that the reading says."""
    where = way.where
    return (
        (way.body is None or _is_of(territory, way.body))
        and (
            where.body is None
            or (_is_of(territory, where.body) and _is_of_nature(territory, where.body))
        )
        and (
            where.departement_code is None
            or where.departement_code == territory.departement_code
            or _serves(territory, where.departement_code)
        )
        and (where.region_code is None or territory.region_code == where.region_code)
        and (where.initials is None or are_initials(where.initials, territory.name))
        and (
            where.code is None
            or _bears(territory, where.code)
            or territory.departement_code in departements_of(where.code)
        )
    )


def _is_of(territory: Territory, body: Body) -> bool:
    return territory.kind is body.kind or body.kind in territory.counted_as


def _is_of_nature(territory: Territory, body: Body) -> bool:
    return not body.nature or territory.kind is not body.kind or territory.nature is body.nature


def _serves(territory: Territory, departement_code: str) -> bool:
    """Whether it is the council of a département that it is not alone in: Corsica's, Alsace's."""
    return territory.departement_code is None and departement_code in territory.other_codes


def _bears(territory: Territory, code: str) -> bool:
    """Whether a code or a postcode is its own; a few serve a commune of the next département."""
    own = (territory.code, territory.siren, *territory.other_codes, *territory.postcodes)
    return code in own


def _articles_agree(territory: Territory, way: Reading) -> bool:
    """An article may be left out, not be another: "La Croix" is not "Le Croix"."""
    written, own = article_of(way.key), article_of(territory.name_key)
    return not written or not own or written == own or territory.kind is not TerritoryKind.COMMUNE


def _place(way: Reading, kind: TerritoryKind | None) -> str:
    """Its place without articles, nor the body that the name itself begins with."""
    names_its_body = way.body is None and kind not in (None, TerritoryKind.COMMUNE)
    return place_key(way.key, kind if names_its_body and kind else TerritoryKind.COMMUNE)


def counts_as(kind: TerritoryKind) -> ColumnElement[bool]:
    return or_(Territory.kind == kind, literal(kind.value) == any_(Territory.counted_as))
