"""The embedded Valkey: queues, rate limits and short memory."""

import signal
from pathlib import Path
from urllib.parse import quote

import redis

from app.embedded import binaries
from app.embedded.server import Server


class Valkey(Server):
    name = "Valkey"
    farewells = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0))

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def _socket(self) -> Path:
        return self.place.sockets / "valkey.sock"

    def create_data(self) -> None:
        self.data.mkdir(mode=0o700)
        self.place.account.own(self.data)

    def prepare_start(self) -> None:
        self._socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = {
            # No TCP at all: only the socket.
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "databases": "64",
            # An append-only file rather than snapshots: the jobs that wait survive a crash.
            "save": "",
            "appendonly": "yes" if self.durable else "no",
        }
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [str(binaries.valkey(self.place)), *options]

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                client.ping()
        except (redis.ConnectionError, redis.exceptions.BusyLoadingError):
            return False
        return True

    def finish_creation(self) -> None:
        pass
