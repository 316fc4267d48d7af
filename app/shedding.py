"""Under more requests than a process can answer, reads are put off so that acts go through.

A page one only reads can be asked for again; a support is given once, on the last evening perhaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from threading import BoundedSemaphore
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# The threads of a process that serves, as `docs/operations.md` starts it: each may use a connection
# of the database, whose pool has fifteen. More only share the same processor.
THREADS = 12
# Of them, so many answer reads at once; the others are left to acts, and to saying « later ».
READS = 8
RETRY_SECONDS = 5
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Neither costs anything: prepared files, and the addresses that watch over the service.
_LIGHT = ("/static/", "/sante")


class Shedding:
    """Answers 503 at once to the reads beyond what a process answers at the same time."""

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
        self._reads = BoundedSemaphore(READS)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in _SAFE or environ["PATH_INFO"].startswith(_LIGHT):
            return self._app(environ, start)
        if not self._reads.acquire(blocking=False):
            page = self._page()
            headers = {**self._headers, "Content-Length": str(len(page))}
            start("503 Service Unavailable", list(headers.items()))
            return [page]
        try:
            # A page is whole when it is returned: only what is being built counts.
            return self._app(environ, start)
        finally:
            self._reads.release()
