"""`make run` says at once what prevents it, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.serving import serve
from config import ROOT


def test_a_busy_port_is_said_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert serve(port) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Le port {port} est déjà utilisé" in said.err
    assert f"make run PORT={port + 1}" in said.err


def _program(log: Path, task: str, then: str) -> list[str]:
    """A supervisor of one child, which does a task and writes what it has to say in a log."""
    log.touch()
    program = f"""
import os, signal, sys, time
from pathlib import Path
from app.children import Child
from app.serving import Stop
stop = Stop()
def task():
    print("pid", os.getpid(), flush=True)
    {task}
child = Child("essai", task, {{"GIVEN": "seen"}}, Path({str(log)!r}))
{then}
"""
    return [sys.executable, "-c", program]


def test_a_child_has_the_environment_it_is_given_and_its_death_is_noticed(tmp_path: Path) -> None:
    command = _program(
        tmp_path / "log",
        "print(sorted(os.environ)); sys.exit(3)",
        "assert stop.wait(lambda: child.code is not None, alive=[]); print(child.death())",
    )
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "essai (code 3)" in said
    assert "['GIVEN']" in said


def test_a_child_that_will_not_end_is_ended_with_what_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = _program(
        log,
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('pid', os.fork()); time.sleep(60)",
        f"stop.wait(lambda: Path({str(log)!r}).read_text().count('pid') == 3, alive=[child]);"
        "child.stop(); print(child.code)",
    )
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(-signal.SIGKILL)
    # Not our child: the system takes a moment to forget it.
    _until(lambda: not any(map(_lives, _pids(log))))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system does not offer it")
def test_a_child_ends_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with subprocess.Popen(
        _program(log, "time.sleep(60)", "time.sleep(60)"), cwd=ROOT
    ) as supervisor:
        _until(lambda: bool(_pids(log)))
        supervisor.kill()
    _until(lambda: not any(map(_lives, _pids(log))))


def _pids(log: Path) -> set[int]:
    lines = (line.split() for line in log.read_text().splitlines())
    return {int(line[1]) for line in lines if line[:1] == ["pid"]} - {0}


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _kept(log: Path, deaths: int) -> subprocess.CompletedProcess[str]:
    """A supervisor that keeps a child, which dies so many times before it lasts."""
    command = _program(
        log,
        f"n = Path({str(log)!r} + '.n'); n.write_text('.' + (n.read_text() if n.exists() else ''));"
        f" len(n.read_text()) > {deaths} and time.sleep(60); sys.exit(3)",
        "from app import children; children.FIRST_PAUSE_SECONDS = 0.05;"
        f"lasts = lambda: len(Path({str(log)!r} + '.n').read_text()) > {deaths};"
        f"Path({str(log)!r} + '.n').write_text('');"
        "keeper = children.Keeper([child], None, lambda said: print(said, flush=True));"
        "stop.wait(lambda: keeper.look() or lasts(), alive=[]); child.stop()",
    )
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_child_that_dies_is_started_again_and_it_is_said(tmp_path: Path) -> None:
    done = _kept(tmp_path / "log", deaths=2)
    assert done.returncode == 0, done.stderr
    said = done.stdout.replace("\u00a0", " ")
    deaths = [line for line in said.splitlines() if line.startswith("Arrêt imprévu : essai")]
    # On a busy machine, one more may be stopped before it lives.
    assert [line.partition("Relancé dans ")[2] for line in deaths][:2] == ["0,05 s.", "0,1 s."]
    assert "Ses derniers mots" in said
    assert len(_pids(tmp_path / "log")) >= 3, "what the dead ones wrote is kept"


def test_what_dies_again_and_again_is_given_up(tmp_path: Path) -> None:
    done = _kept(tmp_path / "log", deaths=50)
    assert done.returncode != 0
    assert "ServingError: Arrêt imprévu" in done.stderr.replace("\u00a0", " ")
    assert done.stdout.count("Relancé dans") == 5


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
