"""Everything that serves is killed in turn while people support: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread, Timer

import click
import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from app import embedded, schedule
from app.db import as_owner, db
from app.notifications.jobs import sweep
from app.notifications.models import Outbox
from app.territories.imports import load_registry
from consultation.proposals.models import Proposal
from tests.conftest import SERVERS
from tests.support.applications import dedicated
from tests.support.deployed import (
    PATIENCE_SECONDS,
    Front,
    Unit,
    children_of,
    environment,
    served,
    until,
)
from tests.support.load import COMMUNES, Load
from voting.supports.models import Support

pytestmark = [pytest.mark.browser, pytest.mark.proof]

FULL = os.environ.get("PROOFS") == "full"
PROPOSALS = 67 if FULL else 40
# What a proxy or the site says while something behind it is away.
AWAY = {0, 502, 503, 504}
QUICK = ("un processus du site", "l’échéancier", "PostgreSQL")
LONG_SECONDS = 120.0
FROZEN_SECONDS = 8.0
MANY_JOBS = 10


@dataclass
class Servers:
    """PostgreSQL and Valkey of this test alone, started again when they die."""

    running: embedded.Running
    unwanted: Event = field(default_factory=Event)

    def keep(self) -> None:
        while not self.unwanted.wait(0.2):
            self.running.mend()

    def pid(self, name: str) -> int:
        return int((self.running.folder / f"{name}.lock").read_text())


@contextmanager
def _servers() -> Iterator[Servers]:
    """Where PostgreSQL's own account may go, unlike the folders of the tests."""
    root = SERVERS / f"deaths-{os.getpid()}"
    root.mkdir(parents=True)
    servers = Servers(embedded.start(root))
    keeper = Thread(target=servers.keep)
    keeper.start()
    try:
        yield servers
    finally:
        servers.unwanted.set()
        keeper.join()
        servers.running.stop()
        rmtree(servers.running.folder)
        rmtree(root, ignore_errors=True)


def _health(front: Front) -> dict[str, object]:
    """What the platform says of itself; nothing when it does not answer."""
    try:
        _, answer = front.get("/sante/pret")
        return dict(json.loads(answer.partition("\r\n\r\n")[2]))
    except (OSError, ValueError):
        return {}


def _works(front: Front, killed: int) -> bool:
    """Whether the site serves, a scheduler other than the killed one leads, and jobs are done."""
    said = _health(front)
    leads = str(said.get("scheduler") or "").split()
    waiting = said.get("jobs_waiting")
    return (
        said.get("status") == "ready"
        and bool(leads)
        and leads[-1] != str(killed)
        and isinstance(waiting, int)
        and waiting < MANY_JOBS
    )


def _victims(servers: Servers, site: Unit, worker: Unit) -> dict[str, Callable[[], int]]:
    """Who is killed, by the name it has in operations.md: each tells which process it was."""

    def backend() -> int:
        with db.engine.connect() as connection:
            found = connection.scalar(
                text(
                    "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                    "AND usename = current_user AND datname = current_database() LIMIT 1"
                )
            )
        assert isinstance(found, int)
        return found

    def horse() -> int:
        """The process of a job: whichever the worker starts next."""
        usual, found = worker.children(), set[int]()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := worker.children() - usual):
            assert time.monotonic() < deadline
        return min(found)

    def leader() -> int:
        name = schedule.leader()
        db.session.rollback()
        assert name
        return int(name.split()[-1])

    chosen: dict[str, Callable[[], int]] = {
        "un processus du site": lambda: min(site.children()),
        "l’échéancier": leader,
        "PostgreSQL": lambda: servers.pid("postgresql"),
        "le site entier": lambda: site.pid,
        "le travailleur": lambda: worker.pid,
        "le processus d’un travail": horse,
        "une connexion de PostgreSQL": backend,
        "Valkey": lambda: servers.pid("valkey"),
    }
    killed: dict[str, Callable[[], int]] = {
        name: partial(_kill, choose) for name, choose in chosen.items()
    }
    frozen = {
        f"{name}, figé {FROZEN_SECONDS:.0f} s": partial(_freeze, servers, name.lower())
        for name in ("Valkey", "PostgreSQL")
    }
    return killed | frozen


def _freeze(servers: Servers, name: str) -> int:
    """Freeze a server for a while; nobody is killed."""
    pid = servers.pid(name)
    group = [pid, *children_of(pid)]
    for each in group:
        os.kill(each, signal.SIGSTOP)

    def thaw() -> None:
        for each in group:
            os.kill(each, signal.SIGCONT)

    Timer(FROZEN_SECONDS, thaw).start()
    return 0


def _kill(choose: Callable[[], int]) -> int:
    pid = choose()
    os.kill(pid, signal.SIGKILL)
    return pid


def test_whatever_is_killed_nothing_acknowledged_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        servers = stack.enter_context(_servers())
        services = servers.running.services
        app = stack.enter_context(dedicated(services))
        stack.enter_context(app.app_context())
        upgrade()
        with as_owner() as session:
            load_registry(session)
        front, site = stack.enter_context(served(services, tmp_path))
        worker = Unit("coconstruire-worker@.service", environment(services))
        stack.callback(worker.stop)
        load = Load(app, front, proposals=PROPOSALS)
        stack.callback(load.stop)
        recovered = {}
        victims = _victims(servers, site, worker)
        for name in victims if FULL else QUICK:
            _until_it_works(load, front, 0, 0)
            instant = time.monotonic()
            killed = victims[name]()
            _until_it_works(load, front, instant, killed)
            supports = load.first_accepted(instant) - instant
            recovered[name] = (supports, time.monotonic() - instant)
        load.stop()
        with capsys.disabled():
            for name, (supports, whole) in recovered.items():
                click.echo(f"\n{name} : soutiens {supports:.1f} s, tout {whole:.1f} s", nl=False)
        _check_nothing_was_lost(load)


def _until_it_works(load: Load, front: Front, instant: float, killed: int) -> None:
    until(lambda: load.calm_since(instant) and _works(front, killed), LONG_SECONDS)


def _check_nothing_was_lost(load: Load) -> None:
    statuses = Counter(each.status for each in load.supports)
    assert set(statuses) <= {303, *AWAY}, statuses
    assert set(load.reads) <= {200, *AWAY}, Counter(load.reads)
    rows = Counter(
        (number, str(territory))
        for number, territory in db.session.execute(
            select(Proposal.number, Support.territory_id)
            .join(Support, Support.proposal_id == Proposal.id)
            .where(Support.withdrawn_at.is_(None))
        )
    )
    acknowledged = {each.key for each in load.supports if each.status == 303}
    assert len(acknowledged) > len(COMMUNES)
    assert acknowledged <= set(rows), "an acknowledged support was lost"
    assert set(rows.values()) == {1}, "a support was counted twice"
    counted = db.session.execute(select(Proposal.number, Proposal.supports_count))
    recounted = Counter(number for number, _ in rows)
    assert all(count == recounted[number] for number, count in counted)
    if not FULL:
        # What comes by itself within thirty seconds.
        sweep()

    def delivered() -> bool:
        db.session.rollback()
        open_rows = select(func.count()).where(Outbox.closed_at.is_(None))
        return db.session.scalar(open_rows) == 0

    until(delivered, LONG_SECONDS)
    asked = sum(each.status == 303 for each in load.links)
    sent = db.session.scalar(select(func.count()).where(Outbox.sent_at.is_not(None)))
    assert sent is not None
    assert sent >= asked > 0, "a link that was promised did not leave"
