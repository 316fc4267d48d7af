"""The ground of the tests: real servers, one database per test worker, pages read strictly."""

from __future__ import annotations

import fcntl
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.db import as_owner, db
from app.embedded import Services, create_database, drop_database, running
from app.seeds.erasing import empty
from app.territories.imports import load_registry
from config import ROOT, Testing
from tests.support.applications import made
from tests.support.strict_browser import Visitor
from tests.support.threads import Race

SERVERS = ROOT / ".local" / "tests"
# What is imported stays, and pages are soon given up: looking for rubbish so often cost a tenth.
gc.freeze()
gc.set_threshold(100_000, 50, 100)


def _application(services: Services) -> Flask:
    return made(
        Testing(
            {
                "DATABASE_URL": services.database_url,
                "DATABASE_OWNER_URL": services.owner_url,
                "REDIS_URL": services.redis_url,
            }
        )
    )


def _state_of_the_schema() -> str:
    """What the template database is made of: when this changes, it is made anew."""
    parts = sorted((ROOT / "migrations").rglob("*.py"))
    parts += sorted((ROOT / "app" / "territories").rglob("*.*"))
    digest = sha256()
    for part in parts:
        if part.suffix in {".py", ".csv", ".gz"}:
            digest.update(part.read_bytes())
    return digest.hexdigest()[:12]


def template_of(servers: Services) -> str:
    """The name of a database with the tables and the registry, made once for all workers."""
    name = f"template_{_state_of_the_schema()}"
    made = SERVERS / f"{name}.made"
    with (SERVERS / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            drop_database(servers, name)
            app = _application(create_database(servers, name))
            with app.app_context():
                upgrade()
                with as_owner() as session:
                    load_registry(session)
                db.engine.dispose()
            made.touch()
    return name


@contextmanager
def valkey_number() -> Iterator[int]:
    """A Valkey number that no other test process uses at the same time, even of another run.

    Its lock is the process's own: it is released however the process ends.
    """
    for number in range(1, 64):
        with (SERVERS / f"valkey-{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
    raise RuntimeError("every Valkey number is in use")


# What takes long, first: no worker is then left alone with it at the end.
FIRST = (
    "app/seeds/test_moments.py",
    "authority/test_attacks.py",
    "guards/test_pages.py",
    "app/seeds/test_figures.py",
    "app/seeds/test_replay.py",
    "authority/matrix/test_performed_cells.py",
    "browser/test_moderator.py",
    "browser/test_services.py",
    "browser/test_helper.py",
    "browser/test_contest.py",
    "browser/test_committee.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play the longest files first; workers are given whole files, in this order."""
    here = Path(__file__).parent
    rank = {here / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.path, len(FIRST)))


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """This worker's own database, with the registry and nothing else, and its own Valkey."""
    SERVERS.mkdir(parents=True, exist_ok=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with running(SERVERS, fsync=False) as servers, valkey_number() as number:
        name = f"test_{worker}_{os.getpid()}"
        create_database(servers, name, template=template_of(servers))
        try:
            yield servers.for_database(name, redis_db=number)
        finally:
            drop_database(servers, name)


@pytest.fixture(scope="session")
def application(services: Services) -> Iterator[Flask]:
    app = _application(services)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def owning(services: Services) -> Iterator[Engine]:
    """The owner of the tables, whose connection is kept from one test to the next."""
    engine = create_engine(services.owner_url, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture
def in_french(application: Flask) -> Iterator[None]:
    """Sentences are said in the application's language."""
    with application.app_context():
        yield


@pytest.fixture
def app(application: Flask, owning: Engine) -> Iterator[Flask]:
    """The application in its context, over a database that contains the registry only.

    Everything a test writes is really committed; it is all erased afterwards.
    """
    with application.app_context():
        application.extensions["mailman"].outbox = []
        application.extensions["redis"].flushdb()
        yield application
        db.session.remove()
        with Session(owning) as session, session.begin():
            empty(session)


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the test's own context."""
    return db.session()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Someone with a browser, not signed in."""
    return Visitor(app)


@pytest.fixture
def race(app: Flask) -> Iterator[Race]:
    """Several people at once, whose acts are all over when the test is."""
    running = Race(app)
    yield running
    running.release.set()
    running.pool.shutdown()


@pytest.fixture
def sent(app: Flask) -> list[EmailMessage]:
    """The e-mails handed to the mail server so far; see `tests.support.worker.work`."""
    outbox: list[EmailMessage] = app.extensions["mailman"].outbox
    return outbox


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data that lies beside the project; a test that needs it is skipped without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data is not beside the project")
    return folder
