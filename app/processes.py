"""What the platform is made of when it runs on one machine: each task is a process of its own."""

from __future__ import annotations

from granian.constants import Interfaces
from granian.server import Server

from app import cli
from app.factory import create_app
from app.shedding import THREADS
from app.worker import work


def serve_web(host: str, port: int) -> None:
    """Serve the site until asked to stop."""
    Server(
        "app.factory:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        # Else the death of a worker would be that of the site.
        respawn_failed_workers=True,
        respawn_interval=0.5,
    ).serve()


def prepare() -> None:
    """Bring the tables, the registry and the demonstration up to date."""
    with create_app().app_context():
        cli.bring_up_to_date()


def serve_queue() -> None:
    """Do the work that waits, and what comes back at intervals, until asked to stop."""
    with create_app().app_context():
        work()
