"""After a mistake, the server comes back to the instant before it, as `deploy/` says."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app import embedded
from app.embedded import binaries, databases
from app.embedded.place import Place, settle
from config import ROOT
from tests.conftest import SERVERS

PATIENCE_SECONDS = 60


@pytest.fixture
def places() -> Iterator[tuple[Place, Place]]:
    """Where a server lives, and where it will live again."""
    roots = [SERVERS / f"{name}-{os.getpid()}" for name in ("before", "after")]
    before, after = map(settle, roots)
    yield before, after
    for root, place in zip(roots, (before, after), strict=True):
        shutil.rmtree(place.folder)
        shutil.rmtree(root, ignore_errors=True)


def _as_superuser(services: embedded.Services) -> psycopg.Connection:
    url = databases.replace(services.owner_url, role=databases.SUPERUSER)
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _played(script: str, *arguments: object, place: Place, fails: bool = False) -> str:
    """What a script of `deploy/` says, under the account and with the tools of a server."""
    tools = binaries.postgresql(place)
    account = place.account
    own = {} if account.is_ours else {"user": account.uid, "group": account.gid}
    done = subprocess.run(
        ["bash", "-s", "--", *map(str, arguments)],
        # Given to it: the server's account may have no way to the project.
        input=(ROOT / "deploy" / script).read_text(),
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PGHOST": str(place.sockets),
            "PGUSER": databases.SUPERUSER,
        },
        capture_output=True,
        text=True,
        check=False,
        cwd=place.folder,
        **own,  # type: ignore[call-overload]
    )
    assert (done.returncode != 0) is fails, done.stderr
    return str(done.stderr if fails else done.stdout.strip())


def test_what_came_before_an_instant_is_there_and_nothing_after(
    places: tuple[Place, Place],
) -> None:
    before, after = places
    kept = before.folder / "kept"
    (kept / "wal").mkdir(parents=True)
    archiver = shutil.copy(ROOT / "deploy" / "archiver.sh", kept)
    for path in (kept, kept / "wal", Path(archiver)):
        before.account.own(path)
    running = embedded.start(before.folder.parent, needs=[embedded.DATABASE_URL])
    with _as_superuser(running.services) as connection:
        connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
        command = f"{archiver} %p %f {kept / 'wal'}"
        connection.execute(f"ALTER SYSTEM SET archive_command = '{command}'")
        connection.execute("CREATE TABLE kept (said text)")
    running.stop()
    running = embedded.start(before.folder.parent, needs=[embedded.DATABASE_URL])
    with _as_superuser(running.services) as connection:
        connection.execute("INSERT INTO kept VALUES ('before the backup')")
        saved = _played("sauvegarder-serveur.sh", kept, place=before)
        connection.execute("INSERT INTO kept VALUES ('after the backup')")
        [instant] = connection.execute("SELECT clock_timestamp()::text").fetchone() or [""]
        connection.execute("INSERT INTO kept VALUES ('after the instant')")
        [segment] = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or [""]
        _until(lambda: (kept / "wal" / segment).exists())
    running.stop()

    arguments = (saved, kept / "wal", after.folder / "postgresql", instant)
    _played("revenir.sh", *arguments, place=after)
    assert "n’est pas vide" in _played("revenir.sh", *arguments, place=after, fails=True)
    running = embedded.start(after.folder.parent, needs=[embedded.DATABASE_URL])
    try:
        with _as_superuser(running.services) as connection:
            _until(lambda: _is_whole(connection))
            found = connection.execute("SELECT said FROM kept").fetchall()
    finally:
        running.stop()
    assert found == [("before the backup",), ("after the backup",)]


def test_the_archive_never_replaces_a_segment_by_another(tmp_path: Path) -> None:
    segment, archive = tmp_path / "segment", tmp_path / "archive"
    archive.mkdir()

    def archived(content: str) -> int:
        segment.write_text(content)
        command = [str(ROOT / "deploy" / "archiver.sh"), str(segment), "0001", str(archive)]
        return subprocess.run(command, check=False).returncode

    assert [archived("one"), archived("one"), archived("another")] == [0, 0, 1]
    assert (archive / "0001").read_text() == "one"
    assert len(list(archive.iterdir())) == 1


def _is_whole(connection: psycopg.Connection) -> bool:
    return connection.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
