"""The registry: how long it takes to load, and to find a territory as one types."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from time import perf_counter

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.gate.actors import TerritoryKind
from app.territories.imports import load_registry
from app.territories.models import Territory
from app.territories.search import search_territories

Measure = tuple[str, str, float, str, str]

_SEED = 2026
_BODIES = {
    TerritoryKind.COMMUNE: "mairie de ",
    TerritoryKind.DEPARTEMENT: "conseil départemental de ",
    TerritoryKind.REGION: "région ",
    TerritoryKind.EPCI: "communauté d'agglomération ",
}


def loading(session: Session) -> Iterator[Measure]:
    """Measure the loading under the role that owns the registry, which is left as it was."""
    # A temporary table of the same name and indexes hides the real one until the rollback.
    session.execute(text("CREATE TEMPORARY TABLE territory (LIKE public.territory INCLUDING ALL)"))
    for metric in ("from empty", "again"):
        start = perf_counter()
        report = load_registry(session)
        yield "registry load", metric, perf_counter() - start, "s", f"{report.read} territories"
    session.rollback()


def searching(session: Session) -> Iterator[Measure]:
    """Measure the search on the whole registry."""
    families = _queries(session)
    every: list[float] = []
    for family, queries in families.items():
        times = [_time(session, q) for q in queries]
        every += times
        yield (
            "registry search",
            f"p95, {family}",
            _centile(times, 95),
            "ms",
            f"{len(times)} queries",
        )
    for centile in (50, 95, 100):
        detail = f"{len(every)} queries of every sort"
        yield "registry search", f"p{centile}", _centile(every, centile), "ms", detail
    session.rollback()


def _time(session: Session, q: str) -> float:
    """Milliseconds for one search, nothing kept in the session from another."""
    session.expunge_all()
    start = perf_counter()
    search_territories(session, q)
    return 1000 * (perf_counter() - start)


def _centile(times: Sequence[float], centile: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * centile // 100)]


def _queries(session: Session) -> dict[str, list[str]]:
    """What people type, drawn from the registry: always the same."""
    chance = random.Random(_SEED)
    rows = list(session.scalars(select(Territory).order_by(Territory.kind, Territory.code)))
    drawn = chance.sample(rows, 60)
    known = sorted(rows, key=lambda row: -row.population)[:400]
    drawn += chance.sample(known, 60)
    communes = [row for row in drawn if row.postcodes]
    return {
        "1 letter": list("abcdefghijklmnopqrstuvwxyz"),
        "2 letters": sorted({row.name[:2] for row in drawn}),
        "3 to 6 letters": [row.name[: chance.randint(3, 6)] for row in drawn],
        "names": [row.name for row in drawn],
        "names without accents": [row.name_key for row in drawn],
        "last words": [row.name_key.split()[-1] for row in drawn],
        "body and place": [_BODIES.get(row.kind, "") + row.name for row in drawn],
        "INSEE codes": [row.code for row in drawn],
        "postcodes": [row.postcodes[0] for row in communes],
        "SIREN": [row.siren for row in drawn if row.siren],
        "typing errors": [_misspelt(row.name, chance) for row in drawn],
    }


def _misspelt(name: str, chance: random.Random) -> str:
    """A name with one letter forgotten, doubled, changed or swapped with the next."""
    at = chance.randrange(len(name))
    before, letter, after = name[:at], name[at], name[at + 1 :]
    errors = (
        before + after,
        before + 2 * letter + after,
        before + "e" + after,
        before + after[:1] + letter + after[1:],
    )
    return chance.choice(errors)
