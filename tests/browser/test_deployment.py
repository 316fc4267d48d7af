"""What `deploy/` says of the proxy and of the site, played as it is written."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app import clock
from app.embedded import Services
from config import ROOT
from tests.support.applications import closed_port
from tests.support.factories import consultation

pytestmark = pytest.mark.browser

NAME = "consultation.exemple.fr"
HOST = "127.0.0.1"
SENDERS = 8
PATIENCE_SECONDS = 20.0
BRISK_SECONDS = 3.0


def _until(condition: Callable[[], bool]) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE_SECONDS
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def _running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _started(unit: str, port: int) -> list[str]:
    """What a service unit starts, with this environment's programs and another port."""
    lines = (ROOT / "deploy" / unit).read_text().splitlines()
    [line] = [each for each in lines if each.startswith("ExecStart=")]
    command = line.removeprefix("ExecStart=").split()
    command[0] = str(Path(sys.executable).parent / Path(command[0]).name)
    command[command.index("--port") + 1] = str(port)
    return command


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificat.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "cle.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )


@contextmanager
def _proxied(folder: Path, site_port: int) -> Iterator[int]:
    """The proxy of `deploy/nginx.conf`, on ports of its own, in front of a site."""
    nginx = shutil.which("nginx")
    assert nginx, "nginx is not on the PATH: install « nginx-light », as .ci/run does"
    _certificate(folder)
    clear, secure = closed_port(), closed_port()
    written = (ROOT / "deploy" / "nginx.conf").read_text()
    for said, here in (
        ("127.0.0.1:8000", f"{HOST}:{site_port}"),
        ("listen 80", f"listen {HOST}:{clear}"),
        ("listen 443", f"listen {HOST}:{secure}"),
        ("/etc/ssl/coconstruire", str(folder)),
    ):
        assert said in written
        written = written.replace(said, here)
    (folder / "site.conf").write_text(written)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        "events {}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; "
        f"proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; "
        f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; include {folder}/site.conf; }}\n"
    )
    folder.chmod(0o755)
    with _running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]):
        yield secure


class Front:
    """The site as whoever comes to its name reaches it."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port = port
        self.context = ssl.create_default_context(cafile=str(certificate))

    def connected(self, name: str = NAME) -> ssl.SSLSocket:
        raw = socket.create_connection((HOST, self.port), timeout=PATIENCE_SECONDS)
        return self.context.wrap_socket(raw, server_hostname=name)

    def get(self, path: str, headers: str = "") -> tuple[int, str]:
        with self.connected() as channel:
            asked = f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n{headers}Connection: close\r\n\r\n"
            channel.sendall(asked.encode())
            answer = b"".join(iter(lambda: channel.recv(65536), b"")).decode(errors="replace")
        return int(answer.split()[1]), answer


@pytest.fixture
def front(services: Services, app: object, tmp_path: Path) -> Iterator[tuple[Front, int]]:
    """The proxy, and behind it what the unit of the site starts; with the number of its process."""
    consultation()
    port = closed_port()
    environment = {
        "COCONSTRUIRE_ENV": "test",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "SERVER_NAME": NAME,
        "TRUSTED_PROXIES": "1",
    }
    with _running(_started("coconstruire-web.service", port), **environment) as site:
        _until(lambda: _answers(port))
        with _proxied(tmp_path, port) as secure:
            found = Front(secure, tmp_path / "certificat.pem")
            _until(lambda: _serves(found))
            yield found, site.pid


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/sante", timeout=1).status_code == 200
    except requests.RequestException:
        return False


def _serves(front: Front) -> bool:
    try:
        return front.get("/sante")[0] == 200
    except OSError:
        return False


def _workers(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def test_whoever_sends_byte_by_byte_waits_alone(front: tuple[Front, int]) -> None:
    """Without the proxy, as many senders as a process has threads held every page."""
    site, _ = front
    with ExitStack() as stack:
        slow = [stack.enter_context(site.connected()) for _ in range(3 * SENDERS)]
        for each in slow:
            each.sendall(
                f"POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\ne".encode()
            )
        for _ in range(5):
            began = time.monotonic()
            assert site.get("/")[0] == 200
            assert time.monotonic() - began < BRISK_SECONDS
            for each in slow:
                each.sendall(b"m")


def test_a_worker_that_is_killed_is_replaced_and_the_site_answers(front: tuple[Front, int]) -> None:
    site, pid = front
    before = _workers(pid)
    assert len(before) >= 2
    os.kill(min(before), signal.SIGKILL)
    assert _until(lambda: site.get("/")[0] == 200) < BRISK_SECONDS
    _until(lambda: bool(_workers(pid) - before))
    for _ in range(10):
        assert site.get("/")[0] == 200


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
    front: tuple[Front, int],
) -> None:
    site, _ = front
    with pytest.raises(ssl.SSLError):
        site.connected("ailleurs.exemple.fr")
    with site.connected() as channel:
        channel.sendall(b"GET / HTTP/1.1\r\nHost: ailleurs.exemple.fr\r\n\r\n")
        assert channel.recv(1) == b"", "the right name for the handshake, another in the request"
    forged = "X-Forwarded-Host: mal.exemple.fr\r\nForwarded: host=mal.exemple.fr\r\n"
    status, answer = site.get("/connexion", forged)
    assert (status, "mal.exemple.fr" in answer) == (200, False)
    with site.connected() as channel:
        channel.sendall(
            f"POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 4000000\r\n\r\n".encode()
        )
        refused = channel.recv(65536).decode()
    assert "413" in refused.splitlines()[0]
    assert "3 Mo" in refused
    status, answer = site.get("/")
    assert status == 200
    assert "strict-transport-security" in answer.lower(), "the site knows that one came securely"
