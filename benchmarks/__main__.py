"""Run the measures: `python -m benchmarks [NAME]`. Prints a table, writes `.local/bench.json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from flask import Flask
from flask_migrate import upgrade

from app.db import as_owner, db
from app.embedded import Services, create_database, drop_database, running
from app.factory import create_app
from app.seeds import demonstration
from app.seeds.story import Moment
from app.territories.imports import load_registry
from benchmarks import load, pages, territories
from benchmarks.territories import Measure
from config import ROOT, Testing

LOCAL = ROOT / ".local"
DATABASE = "bench"


def _territories(_app: Flask, _services: Services) -> list[Measure]:
    with as_owner() as session:
        measures = list(territories.loading(session))
    return [*measures, *territories.searching(db.session())]


MEASURES: dict[str, Callable[[Flask, Services], list[Measure]]] = {
    "territories": _territories,
    "pages": pages.run,
    "load": load.run,
}


@contextmanager
def _prepared() -> Iterator[tuple[Flask, Services]]:
    """An application over its own database, with the registry and the demonstration."""
    LOCAL.mkdir(exist_ok=True)
    with running(LOCAL / "bench") as servers:
        drop_database(servers, DATABASE)
        own = create_database(servers, DATABASE)
        app = create_app(
            Testing(
                {
                    "DATABASE_URL": own.database_url,
                    "DATABASE_OWNER_URL": own.owner_url,
                    "REDIS_URL": own.redis_url,
                }
            )
        )
        with app.app_context():
            upgrade()
            with as_owner() as session:
                load_registry(session)
            yield app, own
            db.engine.dispose()


def _demonstrated() -> Iterator[Measure]:
    """Load the demonstration at each moment; the last one stays, for the other measures."""
    for moment in Moment:
        start = perf_counter()
        demonstration.replay(moment)
        yield "demonstration", f"load, {moment}", perf_counter() - start, "s", moment.label


def main(only: str | None) -> int:
    if only is not None and only not in MEASURES:
        print(f"Mesures connues : {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    with _prepared() as prepared:
        measures = list(_demonstrated())
        for name, measure in MEASURES.items():
            if only in (None, name):
                measures += measure(*prepared)
    for name, metric, value, unit, detail in measures:
        print(f"{name:<22} {metric:<28} {value:>10.1f} {unit:<4} {detail}")
    keys = ("name", "metric", "value", "unit", "detail")
    rows = [dict(zip(keys, measure, strict=True)) for measure in measures]
    (LOCAL / "bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    return 0


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
