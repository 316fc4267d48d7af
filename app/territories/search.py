"""Finding a territory: as one types, or by the exact name an import gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, any_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.territories.models import Territory
from app.territories.rules import (
    Reading,
    body_and_place,
    name_and_departement,
    place_key,
    readings,
    search_key,
    typed_code,
)

SAME_NAME, SAME_PLACE, BEGINNING, WORDS, AROUND = range(5)

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
    found = {territory.id: territory for _, territory in hits}
    return [_match(territory) for territory in list(found.values())[:limit]]


def territory_by_place_name(session: Session, name: str, kind: TerritoryKind) -> Territory:
    """The one territory of a kind that bears a name, as files written by people give it.

    Accents, case and hyphens make no difference; nor do articles and the body's name ("CC", "CU
    du") where no name is the very same. "Saint-Denis (93)" picks one homonym. A legal person
    that official lists also count under the kind answers to it: Guyane as a département.
    Raises UnknownPlace, AmbiguousPlace.
    """
    bare_name, departement_code = name_and_departement(name)
    key = search_key(bare_name)
    place = place_key(key, kind)
    scope = [Territory.ended_on.is_(None), _counts_as(kind)]
    if departement_code:
        scope.append(Territory.departement_code == departement_code)
    named = or_(
        Territory.name_key == key,
        Territory.place_key == place,
        literal(place) == any_(Territory.other_names),
    )
    found = session.scalars(select(Territory).where(named, *scope).order_by(*_BIGGEST_FIRST)).all()
    body, _ = body_and_place(key)
    candidates = (
        [territory for territory in found if territory.name_key == key]
        or [t for t in found if body and body.nature and t.nature is body.nature]
        or found
    )
    if not candidates:
        raise UnknownPlace(name)
    if len(candidates) > 1:
        raise AmbiguousPlace(name, candidates)
    return candidates[0]


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
    read = [(way, hit) for way in ways for hit in _by_reading(session, way, scope, limit)]
    read.sort(key=lambda found: (found[1][0], bool(found[0].body), -found[1][1].population))
    hits = [hit for _, hit in read]
    if ways and len(hits) < _TOO_FEW and all(rank > SAME_PLACE for rank, _ in hits):
        # The département may be the mistake: "Paris 12" for the twelfth arrondissement.
        anywhere = replace(ways[-1], departement_code=None)
        hits += _alike(session, anywhere, scope, limit)
    return hits


def _by_reading(session: Session, way: Reading, scope: Conditions, limit: int) -> list[Hit]:
    words = way.words
    place = " ".join(words)
    begins: ColumnElement[bool] = Territory.name_key.like(f"{way.key}%")
    if not way.begins_with_article:
        begins = or_(begins, Territory.place_key.like(f"{place}%"))
    inside = " & ".join(f"{word}:*AB" for word in words)
    around = " & ".join([f"{words[0]}:*AB", *(f"{word}:*" for word in words[1:])])
    rank = case(
        (Territory.name_key == way.key, SAME_NAME),
        (
            or_(Territory.place_key == place, literal(place) == any_(Territory.other_names)),
            SAME_PLACE,
        ),
        (begins, BEGINNING),
        (_contains(inside), WORDS),
        else_=AROUND,
    )
    # One or two letters begin words of nearly every name: only the names' beginnings count.
    match = begins if len(way.key) < 3 else or_(begins, _contains(around))
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
