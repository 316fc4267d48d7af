"""What `deploy/` says of the proxy and of the services, started as it is written."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app import clock
from app.embedded import Services
from config import ROOT
from tests.support.applications import closed_port

NAME = "consultation.exemple.fr"
HOST = "127.0.0.1"
PATIENCE_SECONDS = 20.0
_MARK = "COCONSTRUIRE_TESTS_UNIT"


def until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def environment(services: Services) -> dict[str, str]:
    """What `/etc/coconstruire/environnement` would say, here."""
    return {
        "COCONSTRUIRE_ENV": "test",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "SERVER_NAME": NAME,
        "TRUSTED_PROXIES": "1",
    }


def children_of(pid: int) -> set[int]:
    """The processes that one started; none once it is dead."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return set()
    return set(map(int, listed.split()))


class Unit:
    """A service of `deploy/`, started as its unit says, and again when it dies as systemd would."""

    def __init__(self, file: str, variables: Mapping[str, str], **replaced: str) -> None:
        """`replaced` gives options of its command other values: `port="8123"`."""
        lines = (ROOT / "deploy" / file).read_text().splitlines()
        self._written = dict(line.split("=", 1) for line in lines if "=" in line[1:])
        assert self._written["Restart"] == "always"
        command = self._written["ExecStart"].split()
        command[0] = str(Path(sys.executable).parent / Path(command[0]).name)
        for option, value in replaced.items():
            command[command.index(f"--{option}") + 1] = value
        self._command = command
        # As systemd's own group of processes: what they start inherits it.
        self._mark = f"{_MARK}={uuid4()}"
        name, value = self._mark.split("=")
        self._environment = {**os.environ, **variables, name: value}
        self._unwanted = Event()
        self._start()
        self._keeper = Thread(target=self._keep)
        self._keeper.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def children(self) -> set[int]:
        """The processes it started."""
        return children_of(self.pid)

    def stop(self) -> None:
        self._unwanted.set()
        self._keeper.join()
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_SECONDS)
        self._kill_all()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, env=self._environment, cwd=ROOT)

    def _keep(self) -> None:
        while not self._unwanted.wait(0.05):
            if self._process.poll() is not None:
                self._kill_all()
                if not self._unwanted.wait(float(self._written["RestartSec"])):
                    self._start()

    def _kill_all(self) -> None:
        """What its head leaves behind ends with it."""
        for each in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if self._mark.encode() in each.read_bytes():
                    os.kill(int(each.parent.name), signal.SIGKILL)


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program, for the time of a block."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def certificate(folder: Path) -> None:
    """Write a certificate of the site's name, and its key."""
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
def proxied(folder: Path, site_port: int) -> Iterator[int]:
    """The proxy of `deploy/nginx.conf`, on ports of its own, in front of a site."""
    nginx = shutil.which("nginx")
    assert nginx, "nginx is not on the PATH: install « nginx-light », as .ci/run does"
    certificate(folder)
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
    with running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]):
        yield secure


class Front:
    """The site as whoever comes to its name reaches it."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port = port
        self.context = ssl.create_default_context(cafile=str(certificate))

    def connected(self, name: str = NAME) -> ssl.SSLSocket:
        raw = socket.create_connection((HOST, self.port), timeout=PATIENCE_SECONDS)
        return self.context.wrap_socket(raw, server_hostname=name)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> tuple[int, str]:
        """The status and the whole answer. Raises OSError when there is none."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {NAME}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += [f"Content-Length: {len(body)}"] if body else []
        with self.connected() as channel:
            channel.sendall("\r\n".join([*lines, "", body]).encode())
            answer = b"".join(iter(lambda: channel.recv(65536), b"")).decode(errors="replace")
        if not answer:
            raise ConnectionResetError("nothing was answered")
        return int(answer.split()[1]), answer

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """A page, with headers whose names take « _ » for « - »."""
        return self.ask("GET", path, {name.replace("_", "-"): headers[name] for name in headers})


@contextmanager
def served(services: Services, folder: Path) -> Iterator[tuple[Front, Unit]]:
    """The proxy, and behind it the unit of the site."""
    port = closed_port()
    site = Unit("coconstruire-web.service", environment(services), port=str(port))
    try:
        with proxied(folder, port) as secure:
            front = Front(secure, folder / "certificat.pem")
            until(lambda: answers(front))
            yield front, site
    finally:
        site.stop()


def answers(front: Front, path: str = "/sante") -> bool:
    """Whether the page is answered."""
    try:
        return front.get(path)[0] == 200
    except OSError:
        return False
