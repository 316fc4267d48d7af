"""Asking a server of this machine, many times at once, at little cost to the one who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

# Whoever waited so long has left.
PATIENCE_SECONDS = 30.0
# Connections kept between two requests, as `deploy/nginx.conf` does: a process of the site counts
# those that are open among the requests it accepts.
KEPT = 16


@dataclass(frozen=True)
class Answer:
    """What a request was answered, 0 for nothing, and after how many milliseconds."""

    status: int
    milliseconds: float


@dataclass(frozen=True)
class Request:
    """A request as it is sent, and whether it is an act."""

    content: bytes
    is_act: bool = False


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Request:
    """Write a request down."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    lines.append(f"Content-Length: {len(body)}")
    return Request("\r\n".join([*lines, "", ""]).encode() + body, is_act=method == "POST")


class Connections:
    """Connections to one server, kept and used again as a proxy does."""

    def __init__(self, host: str, port: int) -> None:
        self._at = (host, port)
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, asked: Request) -> Answer:
        """Send a request and wait for the whole of what it is answered."""
        began = perf_counter()
        try:
            status = await asyncio.wait_for(self._ask(asked.content), PATIENCE_SECONDS)
        except (OSError, EOFError, TimeoutError):
            status = 0
        return Answer(status, 1000 * (perf_counter() - began))

    async def _ask(self, content: bytes) -> int:
        reader, writer = (
            self._free.pop() if self._free else await asyncio.open_connection(*self._at)
        )
        try:
            writer.write(content)
            head = await reader.readuntil(b"\r\n\r\n")
            status, *lines = head.lower().split(b"\r\n")
            length = next(line for line in lines if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
        except BaseException:
            writer.close()
            raise
        if len(self._free) < KEPT:
            self._free.append((reader, writer))
        else:
            writer.close()
        return int(status.split()[1])

    def close(self) -> None:
        """Let go of them all."""
        for _, writer in self._free:
            with suppress(OSError):
                writer.close()


async def at_rate(
    per_second: int, asked: Sequence[Request], connections: Connections
) -> list[tuple[Request, Answer]]:
    """Send requests at a fixed rate, whatever becomes of those before, and wait for them all."""
    began = perf_counter()
    tasks = []
    for position, each in enumerate(asked):
        late = began + position / per_second - perf_counter()
        if late > 0:
            await asyncio.sleep(late)
        tasks.append(asyncio.create_task(connections.ask(each)))
    return list(zip(asked, await asyncio.gather(*tasks), strict=True))
