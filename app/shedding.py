"""Under more requests than a process can answer, reads are put off so that acts go through.

A page one only reads can be asked for again; a support is given once, on the last evening perhaps.
The numbers are measured: `make bench ONLY=load`, and what was tried is in docs/decisions/0008.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from functools import cache
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# The threads of a process that serves, as `docs/operations.md` starts it.
THREADS = 20
# Reads built at once: more of them share the same processor, and acts wait behind.
READS = 2
# Beside those, the reads that wait their turn or are slow: a download keeps nobody waiting. The
# other threads are left to acts.
OTHER_READS = 6
WAIT_SECONDS = 0.5
SLOW_SECONDS = 1.0
RETRY_SECONDS = 5
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Neither costs anything: prepared files, and the addresses that watch over the service.
_LIGHT = ("/static/", "/sante")


class Turnstile:
    """Lets few reads in at once; those that became slow are no longer counted among the few."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting = 0
        self._begun: dict[object, float] = {}

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """A read's turn, for as long as it lasts; False when it is to be put off."""
        key = object()
        let_in = self._enter(key)
        try:
            yield let_in
        finally:
            with self._changed:
                self._begun.pop(key, None)
                self._changed.notify()

    def _enter(self, key: object) -> bool:
        with self._changed:
            if self._waiting + len(self._begun) >= READS + OTHER_READS:
                return False
            self._waiting += 1
            deadline = monotonic() + WAIT_SECONDS
            try:
                while self._quick() >= READS:
                    left = deadline - monotonic()
                    if left <= 0:
                        return False
                    self._changed.wait(left)
            finally:
                self._waiting -= 1
            self._begun[key] = monotonic()
            return True

    def _quick(self) -> int:
        """How many reads under way have not become slow."""
        slow = monotonic() - SLOW_SECONDS
        return sum(begun > slow for begun in self._begun.values())


class Shedding:
    """Answers 503 to the reads beyond what a process answers at the same time."""

    def __init__(self, app: WSGIApplication, page: Callable[[], bytes], **headers: str) -> None:
        """`page` makes what they are answered, once, with these headers."""
        self._app = app
        self._page = cache(page)
        self._headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Retry-After": str(RETRY_SECONDS),
            "Cache-Control": "no-store",
            **headers,
        }
        self._reads = Turnstile()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in _SAFE or environ["PATH_INFO"].startswith(_LIGHT):
            return self._app(environ, start)
        with self._reads.turn() as let_in:
            # A page is whole when it is returned: only what is being built counts.
            return self._app(environ, start) if let_in else self._put_off(start)

    def _put_off(self, start: StartResponse) -> Iterable[bytes]:
        page = self._page()
        headers = {**self._headers, "Content-Length": str(len(page))}
        start("503 Service Unavailable", list(headers.items()))
        return [page]
