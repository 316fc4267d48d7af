"""The territory that a name designates, as files written by people give it; or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, any_, literal, or_, select
from sqlalchemy.orm import Session

from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.territories.locations import name_and_departement
from app.territories.models import Territory
from app.territories.names import (
    Reading,
    article_of,
    body_and_place,
    further_readings,
    place_key,
    readings,
)

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
    also give it, then its place without articles. `departement_code` says where it is when the name
    does not. A commune of old answers by the present one, and is refused where another present one
    bears its name. A legal person that official lists also count under the kind answers to it:
    Guyane as a département. Raises UnknownPlace, AmbiguousPlace.
    """
    for ways in (readings(name), further_readings(name)):
        situated = [
            replace(w, departement_code=w.departement_code or departement_code) for w in ways
        ]
        if found := _borne(session, situated, kind, listed="," in name_and_departement(name)[0]):
            if len(found) > 1:
                raise AmbiguousPlace(name, found)
            return found[0]
    raise UnknownPlace(name)


def _borne(
    session: Session, ways: Sequence[Reading], kind: TerritoryKind | None, *, listed: bool
) -> Sequence[Territory]:
    """Those that one reading designates, the first that does; several when it is ambiguous."""
    keys = [way.key for way in ways]
    places = [_place(way, kind) for way in ways]
    named = or_(
        Territory.name_key.in_(keys),
        Territory.place_key.in_(places),
        Territory.other_names.overlap([*keys, *places]),
        Territory.former_names.overlap(keys),
    )
    scope = [Territory.ended_on.is_(None), *([counts_as(kind)] if kind else [])]
    known = session.scalars(select(Territory).where(named, *scope).order_by(*BIGGEST_FIRST)).all()
    for way, place in zip(ways, places, strict=True):
        if found := _designated(way, place, known, listed=listed):
            if way.body is None and any(t.name_key != way.key for t in found):
                # « Ville de Saint-Jacques » is like Ville-Saint-Jacques, and may be Saint-Jacques.
                bodied = next(((w, p) for w, p in zip(ways, places, strict=True) if w.body), None)
                others = _designated(*bodied, known, listed=listed) if bodied else []
                return list(dict.fromkeys([*found, *others]))
            if way.unsure:
                pairs = [(w, p) for w, p in zip(ways, places, strict=True) if w.unsure]
                guessed = [_designated(w, p, known, listed=listed) for w, p in pairs]
                return list(dict.fromkeys(t for each in guessed for t in each))
            return found
    return []


def _designated(
    way: Reading, place: str, known: Sequence[Territory], *, listed: bool
) -> Sequence[Territory]:
    """Those that bear the name the most closely, with those that bore it before a merger.

    What may be several names, `listed` with commas, is one only when it is a whole name.
    """
    known = [territory for territory in known if _is_there(territory, way)]
    bearing = (
        [t for t in known if t.name_key == way.key]
        or [t for t in known if way.key in t.other_names]
        or [
            t
            for t in known
            if t.place_key == place and _articles_agree(t, way) and not (listed and not way.body)
        ]
        or [t for t in known if place in t.other_names]
    )
    body = way.body or body_and_place(way.key)[0]
    if body and body.nature and len(bearing) > 1:
        bearing = [t for t in bearing if t.nature is body.nature] or bearing
    if way.postcode and len(bearing) > 1:
        bearing = [t for t in bearing if way.postcode in t.postcodes] or bearing
    former = [t for t in known if way.key in t.former_names and t not in bearing]
    return [*bearing, *former]


def _is_there(territory: Territory, way: Reading) -> bool:
    """Whether it is of the body and the place that the reading says."""
    body = way.body
    if body and territory.kind is not body.kind and body.kind not in territory.counted_as:
        return False
    if way.departement_code is None or territory.departement_code == way.departement_code:
        return True
    # A few postcodes serve a commune of the next département.
    return way.postcode is not None and way.postcode in territory.postcodes


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
