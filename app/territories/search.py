"""Finding a territory: as one types, or by the exact name an import gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, any_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.territories.codes import typed_code
from app.territories.models import Territory
from app.territories.names import (
    Reading,
    article_of,
    body_and_place,
    further_readings,
    name_and_departement,
    place_key,
    readings,
)

SAME_NAME, SAME_PLACE, FORMER_NAME, BEGINNING, WORDS, AROUND = range(6)

# With fewer results than this, and none of them exact, the words may be misspelt.
_TOO_FEW = 3

Conditions = list[ColumnElement[bool]]
Hit = tuple[int, Territory]

_BIGGEST_FIRST = (Territory.population.desc(), Territory.kind, Territory.code)


@dataclass(frozen=True)
class TerritoryMatch:
    """A territory offered to whoever searches; `label` distinguishes it from its homonyms."""

    id: UUID
    kind: TerritoryKind
    name: str
    code: str
    siren: str | None
    departement_code: str | None
    departement_name: str | None
    population: int
    label: str


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


def search_territories(
    session: Session,
    q: str,
    *,
    kinds: Collection[TerritoryKind] | None = None,
    limit: int = 12,
) -> list[TerritoryMatch]:
    """The territories a person may mean by what they have typed so far, the likeliest first.

    `q` is a name or its beginning, with the body before it ("mairie de…") or the département after
    it; or an INSEE code, a postcode or a SIREN. `kinds` keeps these kinds only. The exact name
    comes first, then names that begin so, then names that contain such words, the most populated
    first each time; names that merely look alike come last.
    """
    scope: Conditions = [Territory.ended_on.is_(None)]
    if kinds is not None:
        scope.append(Territory.kind.in_(list(kinds)))
    if code := typed_code(q):
        hits = _by_code(session, code, scope, limit)
    else:
        hits = _by_name(session, readings(q), scope, limit)
        if all(rank > FORMER_NAME for rank, _ in hits):
            hits += _by_readings(session, further_readings(q), scope, limit)
            hits.sort(key=_rank)
    found = {territory.id: territory for _, territory in hits}
    return [_match(territory) for territory in list(found.values())[:limit]]


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
    scope = [Territory.ended_on.is_(None), *([_counts_as(kind)] if kind else [])]
    known = session.scalars(select(Territory).where(named, *scope).order_by(*_BIGGEST_FIRST)).all()
    for way, place in zip(ways, places, strict=True):
        if found := _designated(way, place, known, listed=listed):
            if way.body is None and any(t.name_key != way.key for t in found):
                # « Ville de Saint-Jacques » is like Ville-Saint-Jacques, and may be Saint-Jacques.
                bodied = next(((w, p) for w, p in zip(ways, places, strict=True) if w.body), None)
                others = _designated(*bodied, known, listed=listed) if bodied else []
                return list(dict.fromkeys([*found, *others]))
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


def _by_code(session: Session, code: str, scope: Conditions, limit: int) -> list[Hit]:
    """A département by its own code, then whatever has the code or postcode, then beginnings."""
    if len(code) > 5:
        match: ColumnElement[bool] = Territory.siren.like(f"{code[:9]}%")
    else:
        match = _contains(f"{code}:*B")
    official = code.upper()
    coded = or_(Territory.code == official, literal(official) == any_(Territory.other_codes))
    rank = case(
        (coded & (Territory.departement_code == official), SAME_NAME),
        (or_(coded, literal(official) == any_(Territory.postcodes)), SAME_PLACE),
        else_=BEGINNING,
    )
    return _hits(session, rank, [match, *scope], limit)


def _by_name(session: Session, ways: Sequence[Reading], scope: Conditions, limit: int) -> list[Hit]:
    """The hits of every reading, a name before a body's place where they are as good."""
    hits = _by_readings(session, ways, scope, limit)
    if ways and len(hits) < _TOO_FEW and all(rank > FORMER_NAME for rank, _ in hits):
        # The département may be the mistake: "Paris 12" for the twelfth arrondissement.
        anywhere = replace(ways[-1], departement_code=None)
        hits += _alike(session, anywhere, scope, limit)
    return hits


def _by_readings(
    session: Session, ways: Sequence[Reading], scope: Conditions, limit: int
) -> list[Hit]:
    read = [(way, hit) for way in ways for hit in _by_reading(session, way, scope, limit)]
    read.sort(key=lambda found: (found[1][0], bool(found[0].body), -found[1][1].population))
    return [hit for _, hit in read]


def _rank(hit: Hit) -> int:
    return hit[0]


def _by_reading(session: Session, way: Reading, scope: Conditions, limit: int) -> list[Hit]:
    words = way.words
    place = " ".join(words)
    begins: ColumnElement[bool] = Territory.name_key.like(f"{way.key}%")
    if not way.begins_with_article:
        begins = or_(begins, Territory.place_key.like(f"{place}%"))
    inside = " & ".join(f"{word}:*AB" for word in words)
    around = " & ".join([f"{words[0]}:*ABC", *(f"{word}:*" for word in words[1:])])
    former = Territory.former_names.contains([way.key])
    rank = case(
        (Territory.name_key == way.key, SAME_NAME),
        (
            or_(Territory.place_key == place, literal(place) == any_(Territory.other_names)),
            SAME_PLACE,
        ),
        (former, FORMER_NAME),
        (begins, BEGINNING),
        (_contains(inside), WORDS),
        else_=AROUND,
    )
    # One or two letters begin words of nearly every name: only the names' beginnings count.
    match = begins if len(way.key) < 3 else or_(begins, former, _contains(around))
    return _hits(session, rank, [match, *_within(way), *scope], limit)


def _alike(session: Session, way: Reading, scope: Conditions, limit: int) -> list[Hit]:
    """Names that share trigrams with the place typed."""
    place = " ".join(way.words)
    alike = Territory.place_key.bool_op("%")(place)
    likeness = func.round(func.similarity(Territory.place_key, place).cast(Numeric), 1)
    statement = (
        select(Territory)
        .where(alike, *_within(way), *scope)
        .order_by(likeness.desc(), *_BIGGEST_FIRST)
        .limit(limit)
    )
    return [(AROUND, territory) for territory in session.scalars(statement)]


def _hits(
    session: Session, rank: ColumnElement[int], conditions: Conditions, limit: int
) -> list[Hit]:
    statement = (
        select(rank, Territory).where(*conditions).order_by(rank, *_BIGGEST_FIRST).limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def _contains(words: str) -> ColumnElement[bool]:
    return Territory.search.bool_op("@@")(func.to_tsquery("simple", words))


def _within(way: Reading) -> Conditions:
    """A nature narrows its kind, save for bodies of another kind that lists count under it."""
    conditions: Conditions = []
    if way.departement_code:
        conditions.append(Territory.departement_code == way.departement_code)
    if way.body and way.body.nature:
        other_kind = literal(way.body.kind.value) == any_(Territory.counted_as)
        conditions.append(or_(Territory.nature == way.body.nature, other_kind))
    elif way.body:
        conditions.append(_counts_as(way.body.kind))
    return conditions


def _counts_as(kind: TerritoryKind) -> ColumnElement[bool]:
    return or_(Territory.kind == kind, literal(kind.value) == any_(Territory.counted_as))


def _match(territory: Territory) -> TerritoryMatch:
    return TerritoryMatch(
        id=territory.id,
        kind=territory.kind,
        name=territory.name,
        code=territory.code,
        siren=territory.siren,
        departement_code=territory.departement_code,
        departement_name=territory.departement_name,
        population=territory.population,
        label=territory.label,
    )
