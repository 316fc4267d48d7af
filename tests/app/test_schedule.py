"""What comes back at intervals: once, however many workers there are, and whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname

import pytest
from flask import Flask
from redis import ConnectionError as Unreachable
from redis import Redis
from rq import Queue, Worker
from sqlalchemy import text

from app import clock, schedule
from app.db import db
from app.embedded import Services, running
from app.jobs import QUEUE, connection, recurring
from config import ROOT
from tests.support.applications import dedicated
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")

NINE = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
# By name, which has the system's own number, those beside the workers; whether each leads.
SCHEDULERS = text(
    "SELECT split_part(application_name, ' ', 3)::int AS pid, EXISTS (SELECT FROM pg_locks "
    "WHERE pg_locks.pid = activity.pid AND locktype = 'advisory' AND granted) AS leads "
    "FROM pg_stat_activity AS activity "
    "WHERE datname = current_database() AND application_name LIKE 'scheduler %'"
)


def _waiting() -> list[str]:
    return sorted(job.args[0] for job in Queue(QUEUE, connection=connection()).jobs)


def _names() -> list[str]:
    return sorted(declared.name for declared in recurring())


def _time_passes() -> None:
    """The interval of every recurring job is over."""
    connection().delete(*(f"tick:{name}" for name in _names()))


def test_what_comes_back_is_asked_for_when_its_time_has_come_and_remembered() -> None:
    assert schedule.last_ticks() == dict.fromkeys(_names())
    with clock.at(NINE):
        schedule.tick()
        schedule.tick()
    assert _waiting() == _names()
    assert schedule.last_ticks() == dict.fromkeys(_names(), NINE)
    _time_passes()
    schedule.tick()
    assert _waiting() == sorted(_names() * 2)


def test_its_time_comes_back_after_its_interval() -> None:
    schedule.tick()
    left = {declared.name: connection().ttl(f"tick:{declared.name}") for declared in recurring()}
    for declared in recurring():
        assert declared.every is not None
        assert declared.every - 2 <= left[declared.name] <= declared.every  # type: ignore[operator]


@pytest.mark.parametrize(
    ("refuse", "accept"),
    [
        (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
        (("ACL", "SETUSER", "default", "-rpush"), ("ACL", "SETUSER", "default", "+rpush")),
    ],
    ids=["no memory left", "what is claimed cannot be queued"],
)
def test_no_turn_is_lost_while_the_queue_refuses_writes(
    services: Services, tmp_path: Path, refuse: tuple[str, ...], accept: tuple[str, ...]
) -> None:
    """Seen red: what was claimed and not queued waited for its next turn, an hour for some."""
    with (
        running(tmp_path, fsync=False) as own,
        dedicated(services, environ={"REDIS_URL": own.redis_url}) as app,
        app.app_context(),
        Redis.from_url(own.redis_url) as valkey,
    ):
        valkey.execute_command(*refuse)
        schedule.tick()
        valkey.execute_command(*accept)
        assert _waiting() == []
        schedule.tick()
        assert _waiting() == _names()


def test_what_comes_back_is_done_by_workers_in_transactions_of_their_own() -> None:
    schedule.tick()
    work()
    assert _waiting() == []


def test_without_the_queue_the_scheduler_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreachable() -> None:
        raise Unreachable

    monkeypatch.setattr(schedule, "connection", unreachable)
    schedule.tick()
    assert "the queue does not answer" in caplog.text


def test_without_the_database_the_scheduler_waits_for_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(schedule, "POLL_SECONDS", 0.01)

    def cut() -> None:
        """What a restart of the server does to its sessions."""
        monkeypatch.setattr(schedule, "tick", lambda: seen.append("leads"))
        with db.engine.connect() as other:
            for pid in other.scalars(
                text("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'scheduler %'")
            ).all():
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    seen: list[str] = []
    monkeypatch.setattr(schedule, "tick", cut)
    schedule.keep_time(lambda: not seen)
    assert seen == ["leads"]
    assert "has lost the database" in caplog.text


class Workers:
    """Workers as the platform runs them, each a process with a scheduler beside it."""

    def __init__(self, services: Services) -> None:
        self._environment = os.environ | {
            "COCONSTRUIRE_ENV": "test",
            "DATABASE_URL": services.database_url,
            "DATABASE_OWNER_URL": services.owner_url,
            "REDIS_URL": services.redis_url,
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, many: int) -> None:
        command = [sys.executable, "-m", "flask", "--app", "app.factory", "worker"]
        for _ in range(many):
            self._processes.append(
                subprocess.Popen(command, cwd=ROOT, env=self._environment, start_new_session=True)
            )

    def stop(self) -> None:
        for process in self._processes:
            # The whole group: what a worker that was killed left behind ends too.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill(self) -> None:
        """Kill the first worker and nothing else: its scheduler is left without it."""
        self._processes[0].kill()


@pytest.fixture
def workers(services: Services) -> Iterator[Workers]:
    running = Workers(services)
    yield running
    running.stop()


def _schedulers() -> dict[int, bool]:
    seen = {row.pid: row.leads for row in db.session.execute(SCHEDULERS)}
    db.session.rollback()
    return seen


def _leaders() -> list[int]:
    return [pid for pid, leads in _schedulers().items() if leads]


def _done() -> int:
    """How many jobs the workers have done."""
    return sum(worker.successful_job_count for worker in Worker.all(connection=connection()))


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, (_schedulers(), _done())
        time.sleep(0.05)


def test_of_three_workers_one_leads_until_it_is_killed_or_frozen(workers: Workers) -> None:
    once = len(_names())
    workers.start(3)
    _until(lambda: len(_schedulers()) == 3 and len(_leaders()) == 1 and _done() == once)
    _time_passes()
    _until(lambda: _done() >= 2 * once)
    _time_passes()
    _until(lambda: _done() >= 3 * once)
    # A look of each scheduler later, nothing more was asked for.
    time.sleep(schedule.POLL_SECONDS)
    assert (_done(), _waiting()) == (3 * once, [])

    [killed] = _leaders()
    assert schedule.leader() == f"{gethostname()} {killed}"
    before = schedule.last_ticks()
    os.kill(killed, signal.SIGKILL)
    _until(lambda: _leaders() not in ([], [killed]))
    _time_passes()
    _until(lambda: _done() == 4 * once)
    assert all(schedule.last_ticks()[name] > before[name] for name in before)  # type: ignore[operator]
    _until(lambda: len(_schedulers()) == 3)
    assert killed not in _schedulers()

    [frozen] = _leaders()
    os.kill(frozen, signal.SIGSTOP)
    # What the server does by itself after ten seconds of silence.
    db.session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
        ),
        {"name": f"scheduler {gethostname()} {frozen}"},
    )
    db.session.rollback()
    _until(lambda: _leaders() not in ([], [frozen]))
    os.kill(frozen, signal.SIGCONT)
    _until(lambda: frozen in _schedulers())
    assert len(_leaders()) == 1


def test_a_lone_worker_replaces_its_scheduler_and_takes_it_along_when_killed(
    workers: Workers,
) -> None:
    workers.start(1)
    _until(lambda: len(_leaders()) == 1)
    [killed] = _leaders()
    os.kill(killed, signal.SIGKILL)
    _until(lambda: _leaders() not in ([], [killed]))
    workers.kill()
    _until(lambda: not _schedulers())
