"""What a worker does: the queue's work, with a scheduler beside it."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import get_context

from flask import Flask, current_app
from redis import Redis
from rq import Worker

from app.db import db
from app.jobs import QUEUE
from app.schedule import POLL_SECONDS, keep_time


def work(*, burst: bool = False) -> None:
    """Serve the queue until asked to stop, with a scheduler beside it; in a burst, until empty."""
    worker = Worker([QUEUE], connection=Redis.from_url(current_app.config["REDIS_URL"]))
    if burst:
        worker.work(burst=True, logging_level="WARNING")
        return
    beside = _Scheduler(current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        worker.work(with_scheduler=True, logging_level="WARNING")
    finally:
        beside.stop()


class _Scheduler:
    """The scheduler's process: the worker hears of its death and starts another."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._worker_pid = os.getpid()
        self._start()
        signal.signal(signal.SIGCHLD, self._hear)

    def stop(self) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._process.terminate()
        self._process.join()

    def _start(self, after: float = 0) -> None:
        self._process = get_context("fork").Process(target=self._run, args=(after,), daemon=True)
        self._process.start()

    def _hear(self, *_: object) -> None:
        # The processes of jobs inherit this, and have no scheduler.
        if os.getpid() == self._worker_pid and not self._process.is_alive():
            self._start(after=POLL_SECONDS)

    def _run(self, after: float) -> None:
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        time.sleep(after)
        with self._app.app_context():
            db.engine.dispose(close=False)
            # A worker that was killed takes its scheduler along.
            keep_time(lambda: os.getppid() == self._worker_pid)
