"""Folders for the servers, away from pytest’s, which only the tester’s account can enter."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.embedded import Services, running
from app.embedded.place import settle


@contextmanager
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="coconstruire-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def project() -> Iterator[Path]:
    """A project's folder that every account can enter."""
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_services() -> Iterator[Services]:
    """Servers for the tests that only need some."""
    with open_folder() as folder, running(folder / ".local", fsync=False) as services:
        yield services


@pytest.fixture
def new_root(project: Path) -> Path:
    """The servers' root in a project where nothing ever ran."""
    return project / ".local"


@pytest.fixture(scope="session")
def used_root() -> Iterator[Path]:
    with open_folder() as folder:
        with running(folder / ".local", fsync=False):
            pass
        yield folder / ".local"


@pytest.fixture
def root(used_root: Path, project: Path) -> Path:
    """The servers' root in a project where they ran before; a copy costs less than a start."""
    subprocess.run(["cp", "-a", used_root, project], check=True)
    return project / used_root.name


@pytest.fixture
def private_root(project: Path) -> Iterator[Path]:
    """The servers' root in a project that only its owner, the tester, can enter."""
    project.chmod(0o700)
    root = project / ".local"
    yield root
    shutil.rmtree(settle(root).folder, ignore_errors=True)


@pytest.fixture
def deep_root(project: Path) -> Iterator[Path]:
    """The servers' root under a name, not an ASCII one, too long for a socket's path."""
    root = project / ("été à la mairie " * 5) / ".local"
    yield root
    shutil.rmtree(settle(root).sockets.parent)


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
