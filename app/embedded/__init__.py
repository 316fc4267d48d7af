"""Real PostgreSQL and Valkey servers in a folder, for development and tests, nothing installed.

    with running(Path(".local")) as services:
        ...  # services.database_url, services.owner_url, services.redis_url

Their data stay in the folder between two runs. Commands that use the same folder at the same time
share the same servers; the last one to leave stops them, even those a killed command left behind.
"""

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.embedded import databases
from app.embedded.errors import EmbeddedError
from app.embedded.place import Place, settle
from app.embedded.postgresql import Postgresql
from app.embedded.server import Server
from app.embedded.valkey import Valkey

__all__ = [
    "EmbeddedError",
    "Running",
    "Services",
    "create_database",
    "drop_database",
    "running",
    "start",
]


DATABASE_URL = "DATABASE_URL"
REDIS_URL = "REDIS_URL"
ADDRESSES = (DATABASE_URL, REDIS_URL)


@dataclass(frozen=True)
class Services:
    """Addresses: the database for the application's role, for its owner's, and Valkey."""

    database_url: str
    owner_url: str
    redis_url: str

    def for_database(self, name: str, *, redis_db: int | None = None) -> "Services":
        """Return the addresses of another database, and of another Valkey number, below 64."""
        address, _, number = self.redis_url.partition("?db=")
        return replace(
            self,
            database_url=databases.replace(self.database_url, name=name),
            owner_url=databases.replace(self.owner_url, name=name),
            redis_url=f"{address}?db={number if redis_db is None else redis_db}",
        )


class Running:
    """The servers of a place, kept running by this process from `start` to `stop`."""

    def __init__(self, place: Place, needs: Collection[str], *, fsync: bool) -> None:
        self.folder = place.folder
        # Whether the data could not be kept in the project's folder.
        self.is_outside = place.is_outside
        self._place = place
        self._needs = needs
        self._postgresql = Postgresql(place, durable=fsync)
        self._valkey = Valkey(place, durable=fsync)
        self._use = place.open("use.lock")
        fcntl.flock(self._use, fcntl.LOCK_SH)

    @property
    def services(self) -> Services:
        return Services(
            database_url=self._postgresql.url(databases.APPLICATION),
            owner_url=self._postgresql.url(databases.OWNER),
            redis_url=self._valkey.url,
        )

    def start(self) -> None:
        with self._place.locked():
            for server in self._wanted:
                server.start()

    def mend(self) -> list[str]:
        """Start again, with their data, the servers that died, and return their names."""
        with self._place.locked():
            dead = [server for server in self._wanted if not server.is_alive()]
            for server in dead:
                server.start()
        return [server.name for server in dead]

    @property
    def _wanted(self) -> list[Server]:
        needed = {DATABASE_URL: self._postgresql, REDIS_URL: self._valkey}
        return [server for address, server in needed.items() if address in self._needs]

    def stop(self) -> None:
        """Leave the servers, and stop them when no other command uses them."""
        with self._place.locked():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                os.close(self._use)
            self._valkey.stop()
            self._postgresql.stop()


def start(root: Path, *, fsync: bool = True, needs: Collection[str] = ADDRESSES) -> Running:
    """Start the servers of `root`, or attach to them if they run already.

    `needs` names the addresses wanted, when not both. Without `fsync` the servers are faster, and a
    power cut costs them their data: for tests. Raises EmbeddedError.
    """
    running = Running(settle(root), needs, fsync=fsync)
    try:
        running.start()
    except BaseException:
        running.stop()
        raise
    return running


@contextmanager
def running(root: Path, *, fsync: bool = True) -> Iterator[Services]:
    """Keep the servers of `root` running for the time of a block. Raises EmbeddedError."""
    running = start(root, fsync=fsync)
    try:
        yield running.services
    finally:
        running.stop()


def create_database(services: Services, name: str, *, template: str | None = None) -> Services:
    """Create a database with the roles' rights and the extensions, or as a copy of `template`.

    Nobody may be connected to the template. Returns the addresses of the new database.
    """
    databases.create(_superuser_url(services), name, template=template)
    return services.for_database(name)


def drop_database(services: Services, name: str) -> None:
    """Drop a database, closing what is connected to it; do nothing if it does not exist."""
    databases.drop(_superuser_url(services), name)


def _superuser_url(services: Services) -> str:
    return databases.replace(services.owner_url, name="postgres", role=databases.SUPERUSER)
