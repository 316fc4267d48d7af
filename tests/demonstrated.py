"""The demonstration in a database of its own, loaded once for every worker and every run.

Loading it takes half a minute: it is kept beside the test servers until the code, or the day the
story ends on, changes.
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
from config import ROOT
from tests.conftest import SERVERS, template_of
from tests.dedicated import dedicated

SOURCES = ("app", "consultation", "voting", "migrations")


def _state() -> str:
    """What the demonstration is made of: when this changes, it is loaded anew."""
    digest = sha256(str(clock.in_paris(clock.now()).date()).encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in {".py", ".csv", ".gz"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _forget(services: Services, others_than: str) -> None:
    for marker in SERVERS.glob("demonstration_*.made"):
        if marker.stem != others_than:
            drop_database(services, marker.stem)
            marker.unlink()


def _kept(services: Services) -> str:
    """The name of a database that holds the registry and the demonstration."""
    name = f"demonstration_{_state()}"
    marker: Path = SERVERS / f"{name}.made"
    if not marker.exists():
        _forget(services, name)
        drop_database(services, name)
        created = create_database(services, name, template=template_of(services))
        with dedicated(created) as app, app.app_context():
            demonstration.load()
            db.session.remove()
        marker.touch()
    return name


@contextmanager
def demonstrated(services: Services) -> Iterator[Flask]:
    """An application over a copy of the demonstration, dropped at the end."""
    name = f"shown_{os.getpid()}"
    with (SERVERS / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        copy = create_database(services, name, template=_kept(services))
    try:
        with dedicated(copy) as app:
            yield app
    finally:
        drop_database(services, name)
