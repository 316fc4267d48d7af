"""The embedded PostgreSQL: its data, its command line, its first database."""

import signal
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.embedded import binaries, databases
from app.embedded.server import Server

PORT = 5432
DATABASE = "coconstruire"


class Postgresql(Server):
    name = "PostgreSQL"
    # "Fast" shutdown, then "immediate": the next start recovers from it like from a crash.
    farewells = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0))

    def url(self, role: str, database: str = DATABASE) -> str:
        # Without its port, libpq would take the developer's PGPORT.
        return f"postgresql+psycopg://{role}@/{database}?host={quote(str(self.place.sockets))}&port={PORT}"

    def create_data(self) -> None:
        self.run(
            [
                str(self._binary("initdb")),
                f"--pgdata={self.data}",
                f"--username={databases.SUPERUSER}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=PG_UNICODE_FAST",
                # See place.py: the folder is the protection.
                "--auth-local=trust",
                "--auth-host=reject",
                "--no-instructions",
                *([] if self.durable else ["--no-sync"]),
            ]
        )

    def prepare_start(self) -> None:
        # PostgreSQL gives up when any program now has the process number written in these files.
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists() and not _is_postgres(pid_file.read_text().partition("\n")[0]):
            pid_file.unlink()
        for left_over in self.place.sockets.glob(".s.PGSQL.*"):
            left_over.unlink()

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.place.sockets}"',
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(self._binary("postgres")), "-D", str(self.data), *options]

    def answers(self) -> bool:
        try:
            databases.connect(self.url(databases.SUPERUSER, "postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def finish_creation(self) -> None:
        databases.create_roles(self.url(databases.SUPERUSER, "postgres"))
        databases.create(self.url(databases.SUPERUSER, "postgres"), DATABASE)

    def _binary(self, name: str) -> Path:
        return binaries.postgresql(self.place) / name


def _is_postgres(pid: str) -> bool:
    # One started by hand on these data has not taken our lock. Without /proc, PostgreSQL decides.
    if not Path("/proc/self").exists():
        return True
    # Empty for a process that has ended and whose parent does not know it yet.
    command = Path("/proc") / pid / "cmdline"
    return (
        pid.isdigit() and command.exists() and b"postgres" in command.read_bytes().split(b"\0")[0]
    )
