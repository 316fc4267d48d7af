"""The addresses of the servers, as the application reads them: from environment variables."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded import ADDRESSES, DATABASE_URL, REDIS_URL, Running, start


@contextmanager
def completed_environment(root: Path) -> Iterator[tuple[dict[str, str], Running | None]]:
    """Give the process's environment with the addresses it lacks, their servers up for a block.

    An address already in the environment is kept: with both, nothing starts. Raises EmbeddedError.
    """
    environment = {"COCONSTRUIRE_ENV": "development"} | os.environ
    needs = [name for name in ADDRESSES if not environment.get(name)]
    if not needs:
        yield environment, None
        return
    running = start(root, needs=needs)
    if DATABASE_URL in needs:
        environment[DATABASE_URL] = running.services.database_url
        environment["DATABASE_OWNER_URL"] = running.services.owner_url
    if REDIS_URL in needs:
        environment[REDIS_URL] = running.services.redis_url
    try:
        yield environment, running
    finally:
        running.stop()
