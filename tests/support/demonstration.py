"""The demonstration in databases of its own, one per moment, loaded once for every worker and run.

Loading it takes long: each is made when first asked for, and kept beside the test servers until
the code, or the day the story is set around, changes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from flask import Flask

from app import clock
from app.db import db
from app.embedded import Services, create_database, drop_database
from app.seeds import demonstration
from app.seeds.story import Moment
from config import ROOT
from tests.conftest import SERVERS, template_of
from tests.support.applications import dedicated

SOURCES = ("app", "consultation", "voting", "delivery", "migrations")


def _state() -> str:
    """What the demonstration is made of: when this changes, it is loaded anew."""
    digest = sha256(str(clock.in_paris(clock.now()).date()).encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in {".py", ".csv", ".gz"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """Keep the other workers, and the other runs, away for a block."""
    with (SERVERS / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget(services: Services, others_than: str) -> None:
    with _alone("forgetting"):
        for marker in SERVERS.glob("demonstration_*.made"):
            if not marker.stem.endswith(others_than):
                drop_database(services, marker.stem)
                marker.unlink(missing_ok=True)


def _kept(services: Services, moment: Moment) -> str:
    """The name of a database that contains the registry and the demonstration at a moment."""
    state = _state()
    name = f"demonstration_{moment}_{state}"
    marker: Path = SERVERS / f"{name}.made"
    if not marker.exists():
        _forget(services, state)
        drop_database(services, name)
        created = create_database(services, name, template=template_of(services))
        with dedicated(created) as app, app.app_context():
            demonstration.load(moment)
            db.session.remove()
        marker.touch()
    return name


@contextmanager
def demonstrated(services: Services, moment: Moment = Moment.SERVICES) -> Iterator[Flask]:
    """An application over a copy of the demonstration at a moment, dropped at the end."""
    name = f"shown_{moment}_{os.getpid()}"
    with _alone(f"demonstration_{moment}"):
        copy = create_database(services, name, template=_kept(services, moment))
    try:
        with dedicated(copy) as app:
            yield app
    finally:
        drop_database(services, name)
