"""Work done outside requests: queues, `@job`, and what comes back at intervals.

The database is the record and the queue only a messenger: losing the queue loses nothing, because
a sweep finds in the database what still waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, current_app
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq import Retry as RetryJob

from app.db import after_commit, transaction

logger = logging.getLogger(__name__)

QUEUE = "coconstruire"
_JOBS: dict[str, Job] = {}


class Job:
    """A function that runs in a worker, in a transaction of its own. Arguments are texts."""

    def __init__(
        self, function: Callable[..., object], every: int | None, once: bool, seconds: int
    ) -> None:
        self.function = function
        self.every = every
        self.once = once
        self.seconds = seconds
        self.name = f"{function.__module__}.{function.__qualname__}"

    def __call__(self, *arguments: str) -> None:
        with transaction():
            self.function(*arguments)

    def enqueue(self, *arguments: str, first: bool = False) -> None:
        """Queue it once the present transaction is committed; `first`, ahead of the rest."""
        after_commit(lambda: _push(self, arguments, first))


def job(
    *, every: int | None = None, once: bool = False, seconds: int = 180
) -> Callable[[Callable[..., object]], Job]:
    """Declare a job.

    `every` is the interval in seconds at which it comes back by itself. It is tried again when it
    fails, unless `once`, and stopped after so many `seconds`.
    """

    def declare(function: Callable[..., object]) -> Job:
        declared = Job(function, every, once, seconds)
        _JOBS[declared.name] = declared
        return declared

    return declare


def recurring() -> list[Job]:
    """The jobs that come back by themselves."""
    return [declared for declared in _JOBS.values() if declared.every is not None]


def connection() -> Redis:
    """The client of the queue's server; gives up quickly so that a page never waits for it."""
    found: Redis = current_app.extensions["redis"]
    return found


def init_app(app: Flask) -> None:
    app.extensions["redis"] = Redis.from_url(
        app.config["REDIS_URL"], retry=Retry(NoBackoff(), 0), **app.config["REDIS_PATIENCE"]
    )


def perform(name: str, *arguments: str) -> None:
    """What a worker calls: run one job by its name."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        _JOBS[name](*arguments)


def _push(declared: Job, arguments: tuple[str, ...], first: bool) -> None:
    again = None if declared.once else RetryJob(max=3, interval=[10, 60, 300])
    try:
        Queue(QUEUE, connection=connection()).enqueue(
            perform,
            declared.name,
            *arguments,
            retry=again,
            job_timeout=declared.seconds,
            at_front=first,
        )
    except RedisError:
        logger.warning("the queue does not answer; the sweep will find %s", declared.name)
