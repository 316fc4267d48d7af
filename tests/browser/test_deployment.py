"""What `deploy/` says of the proxy and of the site, played as it is written."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.embedded import Services
from config import ROOT
from tests.support.deployed import NAME, Front, served
from tests.support.factories import consultation

pytestmark = pytest.mark.browser

# More than a process has threads.
SENDERS = 24
BRISK_SECONDS = 3.0


@pytest.fixture
def front(services: Services, app: object, tmp_path: Path) -> Iterator[Front]:
    consultation()
    with served(services, tmp_path) as (found, _):
        yield found


def test_whoever_sends_byte_by_byte_waits_alone(front: Front) -> None:
    """Without the proxy, as many senders as a process has threads held every page."""
    with ExitStack() as stack:
        slow = [stack.enter_context(front.connected()) for _ in range(SENDERS)]
        for each in slow:
            each.sendall(
                f"POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\ne".encode()
            )
        for _ in range(5):
            began = time.monotonic()
            assert front.get("/")[0] == 200
            assert time.monotonic() - began < BRISK_SECONDS
            for each in slow:
                each.sendall(b"m")


def test_the_units_are_ones_that_systemd_reads(tmp_path: Path) -> None:
    """Nothing is unknown or misplaced in them, whatever this machine lacks to start them."""
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("systemd is not on this machine")
    here = {
        "/srv/coconstruire/.venv/bin": str(Path(sys.executable).parent),
        "/srv/coconstruire": str(ROOT),
        "coconstruire-worker@": "coconstruire-worker@1",
    }
    units = []
    for path in (ROOT / "deploy").glob("*.[st]*[er]"):
        written, name = path.read_text(), path.name
        for said, instead in here.items():
            written, name = written.replace(said, instead), name.replace(said, instead)
        units.append(tmp_path / name)
        units[-1].write_text(written)
    assert {unit.suffix for unit in units} == {".service", ".timer"}
    done = subprocess.run(
        [systemd, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "coco" in line]
    assert (done.returncode, ours) == (0, [])


def test_it_is_answered_under_its_name_alone_and_securely(
    front: Front,
) -> None:
    with pytest.raises(ssl.SSLError):
        front.connected("ailleurs.exemple.fr")
    with front.connected() as channel:
        channel.sendall(b"GET / HTTP/1.1\r\nHost: ailleurs.exemple.fr\r\n\r\n")
        assert channel.recv(1) == b"", "the right name for the handshake, another in the request"
    forged = {"X_Forwarded_Host": "mal.exemple.fr", "Forwarded": "host=mal.exemple.fr"}
    status, answer = front.get("/connexion", **forged)
    assert (status, "mal.exemple.fr" in answer) == (200, False)
    with front.connected() as channel:
        channel.sendall(
            f"POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 4000000\r\n\r\n".encode()
        )
        refused = channel.recv(65536).decode()
    assert "413" in refused.splitlines()[0]
    assert "3 Mo" in refused
    status, answer = front.get("/")
    assert status == 200
    assert "strict-transport-security" in answer.lower(), "the site knows that one came securely"
