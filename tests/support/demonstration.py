"""The demonstration in databases of its own, loaded once for every moment, every worker and run.

Loading it takes long. It is played once to its end when first asked for, its database copied as it
comes to each moment, and the copies kept beside the test servers until the code, or the day the
story is set around, changes. All its dates are set for the last moment to be today: one lives at
another by going back as many days (see `demonstrated`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from flask import Flask
from sqlalchemy import delete

from app import clock
from app.db import commit, db
from app.embedded import Services, create_database, drop_database
from app.notifications.models import Outbox
from app.seeds import demonstration
from app.seeds.story import Moment, Story
from config import ROOT
from tests.conftest import SERVERS, template_of
from tests.support.applications import dedicated

SOURCES = ("app", "funding", "consultation", "voting", "delivery", "migrations")


def _state() -> str:
    """What the demonstration is made of: when this changes, it is loaded anew."""
    digest = sha256(str(clock.in_paris(clock.now()).date()).encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in {".py", ".csv", ".gz"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone() -> Iterator[None]:
    """Keep the other workers, and the other runs, away for a block."""
    with (SERVERS / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(moment: Moment, state: str) -> str:
    return f"demonstration_{moment}_{state}"


def _forget(services: Services) -> None:
    for marker in SERVERS.glob("demonstration_*.made"):
        for moment in Moment:
            drop_database(services, _copy(moment, marker.stem.removeprefix("demonstration_")))
        marker.unlink(missing_ok=True)


def _play(services: Services, state: str) -> None:
    """Play the demonstration to its end, keeping a copy of its database at each moment."""
    playing, moments = f"demonstration_{state}", list(Moment)
    drop_database(services, playing)
    created = create_database(services, playing, template=template_of(services))

    def keep() -> None:
        db.session.execute(delete(Outbox))
        commit(quietly=True)
        db.engine.dispose()
        copy = _copy(moments.pop(0), state)
        drop_database(services, copy)
        create_database(services, copy, template=playing)

    with dedicated(created) as app, app.app_context(), demonstration.without_collecting():
        # What is in it is used until the end.
        db.session().expire_on_commit = False
        for day in demonstration.play(Story(moments[-1], clock.in_paris(clock.now()).date())):
            while day >= moments[0].day:
                keep()
        keep()
        db.session.remove()
    drop_database(services, playing)


def _kept(services: Services, moment: Moment) -> str:
    """The name of a database that contains the registry and the demonstration at a moment."""
    state = _state()
    marker = SERVERS / f"demonstration_{state}.made"
    if not marker.exists():
        _forget(services)
        _play(services, state)
        marker.touch()
    return _copy(moment, state)


def _instant(moment: Moment) -> datetime:
    """Now, on the day that is today at a moment of what was played to its end."""
    back = timedelta(days=list(Moment)[-1].day - moment.day)
    return (clock.in_paris(clock.now()) - back).astimezone(UTC)


@contextmanager
def demonstrated(services: Services, moment: Moment = Moment.SERVICES) -> Iterator[Flask]:
    """An application over a copy of the demonstration, and time stopped at a moment of it.

    Time goes by at the last moment, which is today.
    """
    name = f"shown_{moment}_{os.getpid()}"
    with _alone():
        copy = create_database(services, name, template=_kept(services, moment))
    try:
        going_back = nullcontext() if moment is list(Moment)[-1] else clock.at(_instant(moment))
        with going_back, dedicated(copy) as app:
            yield app
    finally:
        drop_database(services, name)


@contextmanager
def loaded(services: Services, moment: Moment) -> Iterator[Flask]:
    """An application over the demonstration as it is loaded, its dates set for a moment."""
    name = f"loaded_{moment}_{os.getpid()}"
    created = create_database(services, name, template=template_of(services))
    try:
        with dedicated(created) as app:
            with app.app_context():
                demonstration.load(moment)
                db.session.remove()
            yield app
    finally:
        drop_database(services, name)
