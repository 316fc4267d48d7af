"""The application as the browser tests serve it, in a process of its own, as in production."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from flask import Flask

from app.children import die_with
from app.embedded import Services
from config import Testing
from tests.support.applications import made

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05
LAST_CHARACTERS = 4000


class Staged(Testing):
    """As in the other tests, with e-mails kept in a folder that the mailbox page shows."""

    DEFAULTS = {**Testing.DEFAULTS, "MAIL_FILE_PATH": None}
    MAIL_BACKEND = "file"

    def _settle(self, values: Mapping[str, str]) -> None:
        super()._settle(values)
        self.MAIL_FILE_PATH = values["MAIL_FILE_PATH"]


@dataclass(frozen=True)
class Site:
    """Where the site is served, what it is sent, and what it writes."""

    port: int
    services: Services
    mail: Path
    log: Path
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.services.database_url,
            "DATABASE_OWNER_URL": self.services.owner_url,
            "REDIS_URL": self.services.redis_url,
            "SERVER_NAME": f"{HOST}:{self.port}",
            "MAIL_FILE_PATH": str(self.mail),
            **self.others,
        }

    def application(self) -> Flask:
        """The same application, for what the tests and their worker do beside the site."""
        return made(Staged(self.settings))

    def last_lines(self) -> str:
        return self.log.read_text(errors="replace")[-LAST_CHARACTERS:]


def create_app() -> Flask:
    """What the server calls."""
    return made(Staged())


@contextmanager
def served(services: Services, folder: Path, **others: str) -> Iterator[Site]:
    """Serve the site by granian for a block, over the test worker's database; `others` are
    settings of its own."""
    site = Site(_free_port(), services, folder / "mail", folder / "web.log", others)
    site.mail.mkdir()
    command = [
        sys.executable,
        "-m",
        "granian",
        "tests.browser.site:create_app",
        "--factory",
        "--interface=wsgi",
        f"--host={HOST}",
        f"--port={site.port}",
        "--workers=1",
        "--blocking-threads=4",
        "--no-ws",
    ]
    with site.log.open("wb") as log:
        server = subprocess.Popen(
            command,
            env={**os.environ, **site.settings, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=partial(die_with, os.getpid()),
        )
    try:
        _wait(server, site)
        yield site
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def _wait(server: subprocess.Popen[bytes], site: Site) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _answers(site):
        assert server.poll() is None, f"the server has stopped:\n{site.last_lines()}"
        assert time.monotonic() < deadline, f"the site does not answer:\n{site.last_lines()}"
        time.sleep(POLL_SECONDS)


def _answers(site: Site) -> bool:
    connection = http.client.HTTPConnection(HOST, site.port, timeout=5)
    try:
        connection.request("GET", "/accessibilite")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
