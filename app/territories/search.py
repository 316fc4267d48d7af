"""Finding a territory as one types."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, any_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.gate.actors import TerritoryKind
from app.territories.bodies import Body
from app.territories.codes import typed_code
from app.territories.indications import Where
from app.territories.models import Territory
from app.territories.names import Reading, parted_readings, readings, respelt_readings
from app.territories.places import BIGGEST_FIRST, counts_as

SAME_NAME, SAME_PLACE, FORMER_NAME, BEGINNING, WORDS, AROUND = range(6)

# Each way to read what was typed is a query: the likeliest are enough.
_MOST_READINGS = 12
# With fewer results than this, and none of them exact, the words may be misspelt.
_TOO_FEW = 3

Conditions = list[ColumnElement[bool]]
Hit = tuple[int, Territory]


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
            further = chain(*parted_readings(q), *respelt_readings(q))
            looser = list(dict.fromkeys(further))[:_MOST_READINGS]
            hits += _by_readings(session, looser, scope, limit)
            hits.sort(key=_rank)
    found = {territory.id: territory for _, territory in hits}
    return [_match(territory) for territory in list(found.values())[:limit]]


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
        anywhere = replace(ways[-1], where=Where())
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
        .order_by(likeness.desc(), *BIGGEST_FIRST)
        .limit(limit)
    )
    return [(AROUND, territory) for territory in session.scalars(statement)]


def _hits(
    session: Session, rank: ColumnElement[int], conditions: Conditions, limit: int
) -> list[Hit]:
    statement = (
        select(rank, Territory).where(*conditions).order_by(rank, *BIGGEST_FIRST).limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def _contains(words: str) -> ColumnElement[bool]:
    return Territory.search.bool_op("@@")(func.to_tsquery("simple", words))


def _within(way: Reading) -> Conditions:
    conditions: Conditions = [_is_of(body) for body in (way.body, way.where.body) if body]
    if departement := way.where.departement:
        conditions.append(Territory.departement_code == departement)
    if way.where.region_code:
        conditions.append(Territory.region_code == way.where.region_code)
    return conditions


def _is_of(body: Body) -> ColumnElement[bool]:
    """A nature narrows its kind, save for bodies of another kind that lists count under it."""
    if body.nature is None:
        return counts_as(body.kind)
    other_kind = literal(body.kind.value) == any_(Territory.counted_as)
    return or_(Territory.nature == body.nature, other_kind)


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
