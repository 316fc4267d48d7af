"""Root lends its servers to another account; an ordinary user runs them alone."""

import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from app.embedded import running
from app.embedded.place import NOBODY, Account, settle

ORDINARY = Account(NOBODY, NOBODY)


def run_servers_as(account: Account, root: Path) -> None:
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    with running(root, fsync=False):
        assert settle(root).account == account


def run_as_owner(root: Path) -> int | None:
    # Forked, for an ordinary user may not be allowed to run the tester's Python.
    process = get_context("fork").Process(target=run_servers_as, args=(ORDINARY, root))
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.usefixtures("as_root")
def test_root_lends_the_servers_to_nobody(new_root: Path) -> None:
    with running(new_root, fsync=False):
        assert settle(new_root).account == Account(NOBODY, NOBODY)
        assert (new_root / "services").stat().st_uid == NOBODY


@pytest.mark.usefixtures("as_root")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_root_and_the_ordinary_owner_take_turns_in_a_private_project(project: Path) -> None:
    ORDINARY.own(project)
    project.chmod(0o700)
    root = project / ".local"
    assert run_as_owner(root) == 0
    with running(root, fsync=False):
        assert settle(root).folder == root / "services"
    assert run_as_owner(root) == 0
