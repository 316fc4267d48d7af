"""The embedded servers keep what they are given, whatever happens to them or to their starters."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest
import redis

from app.embedded import EmbeddedError, Running, Services, databases, running, start
from app.embedded.place import settle

REPOSITORY = Path(__file__).parents[3]


def remember(services: Services, word: str) -> None:
    with databases.connect(services.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS memory (word text)")
        connection.execute("INSERT INTO memory VALUES (%s)", [word])
    with redis.Redis.from_url(services.redis_url) as client:
        client.rpush("memory", word)


def remembered(services: Services) -> tuple[list[str], list[str]]:
    with databases.connect(services.owner_url) as connection:
        rows = [row[0] for row in connection.execute("SELECT word FROM memory")]
    with redis.Redis.from_url(services.redis_url, decode_responses=True) as client:
        return rows, client.lrange("memory", 0, -1)


def pid(root: Path, server: str) -> int:
    return int((settle(root).folder / f"{server}.lock").read_text())


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_data_outlive_a_stop_and_nothing_is_left_running(new_root: Path) -> None:
    with running(new_root) as services:
        remember(services, "mairie")
        numbers = pid(new_root, "postgresql"), pid(new_root, "valkey")
        assert all(map(is_running, numbers))
    assert not any(map(is_running, numbers))
    with running(new_root) as services:
        assert remembered(services) == (["mairie"], ["mairie"])


def test_two_users_share_the_servers_until_the_last_leaves(root: Path) -> None:
    first = start(root, fsync=False)
    second = start(root, fsync=False)
    assert first.services == second.services
    number = pid(root, "postgresql")
    first.stop()
    remember(second.services, "mairie")
    assert pid(root, "postgresql") == number
    second.stop()
    assert not is_running(number)


def test_simultaneous_first_starts_do_not_collide(new_root: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        running = list(pool.map(lambda _: start(new_root, fsync=False), range(3)))
    remember(running[0].services, "mairie")
    assert remembered(running[2].services) == (["mairie"], ["mairie"])
    for one in running:
        one.stop()
    assert not is_running(pid(new_root, "postgresql"))


def test_only_what_is_needed_starts(new_root: Path) -> None:
    running = start(new_root, needs=["REDIS_URL"])
    with redis.Redis.from_url(running.services.redis_url) as client:
        assert client.ping()
    with pytest.raises(psycopg.OperationalError):
        databases.connect(running.services.database_url)
    running.stop()


def test_killed_servers_start_again_with_their_data(root: Path) -> None:
    killed = start(root)
    remember(killed.services, "mairie")
    with running(root) as services:
        # An append-only file is written to the disk each second, to the system at once.
        os.kill(pid(root, "valkey"), signal.SIGKILL)
        os.kill(pid(root, "postgresql"), signal.SIGKILL)
        recovered = start(root)
        assert remembered(services) == (["mairie"], ["mairie"])
        recovered.stop()
    killed.stop()
    assert not is_running(pid(root, "postgresql"))


def test_a_server_that_dies_is_mended_by_whoever_keeps_it(root: Path) -> None:
    kept = start(root)
    assert kept.mend() == []
    remember(kept.services, "mairie")
    for server, name in (("postgresql", "PostgreSQL"), ("valkey", "Valkey")):
        os.kill(pid(root, server), signal.SIGKILL)
        # Its children keep its lock for as long as they take to notice.
        mended: list[str] = []
        assert eventually(partial(_mended, kept, mended))
        assert mended == [name]
    assert remembered(kept.services)[0] == ["mairie"]
    kept.stop()


def _mended(kept: Running, names: list[str]) -> bool:
    names += kept.mend()
    return bool(names)


def test_servers_of_a_killed_command_are_found_again_then_stopped(root: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.embedded import start\n"
        "running = start(Path(sys.argv[1]), fsync=False); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, root], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        command.stdout.readline()
        command.kill()
    number = pid(root, "postgresql")
    assert is_running(number)
    with running(root, fsync=False) as services:
        remember(services, "mairie")
        assert pid(root, "postgresql") == number
    # Not our child: the system takes a moment to forget it.
    assert eventually(lambda: not is_running(number))


def test_pid_file_naming_another_program_is_removed(root: Path) -> None:
    with running(root, fsync=False) as services:
        remember(services, "mairie")
    place = settle(root)
    for left_over in (
        place.folder / "postgresql" / "postmaster.pid",
        place.sockets / ".s.PGSQL.5432.lock",
    ):
        left_over.write_text(f"{os.getpid()}\n{place.folder / 'postgresql'}\n")
        place.account.own(left_over)
    with running(root, fsync=False) as services:
        assert remembered(services)[0] == ["mairie"]


def test_half_created_data_are_created_again(root: Path) -> None:
    data = settle(root).folder / "postgresql"
    (data / "complete").unlink()
    (data / "PG_VERSION").unlink()
    with running(root, fsync=False) as services:
        remember(services, "mairie")


def test_spoilt_data_are_said_with_a_way_out(root: Path) -> None:
    (settle(root).folder / "postgresql" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL ne démarre pas[\s\S]+supprimez"):
        start(root, fsync=False)
    assert not is_running(pid(root, "valkey"))


def test_a_folder_of_another_account_is_refused(new_root: Path, as_root: None) -> None:
    (new_root / "services").mkdir(parents=True)
    os.chown(new_root / "services", 12345, 12345)
    with pytest.raises(EmbeddedError, match="appartient à un autre compte"):
        start(new_root)


def test_a_private_project_keeps_its_data_outside(private_root: Path, as_root: None) -> None:
    running = start(private_root)
    try:
        assert running.is_outside
        assert running.folder.parent == Path("/var/tmp")
        assert running.folder.stat().st_mode & 0o777 == 0o700
        remember(running.services, "mairie")
    finally:
        running.stop()


def test_a_deep_project_keeps_only_its_sockets_outside(deep_root: Path) -> None:
    with running(deep_root, fsync=False) as services:
        remember(services, "mairie")
        assert remembered(services) == (["mairie"], ["mairie"])
    assert (deep_root / "services" / "postgresql").is_dir()
