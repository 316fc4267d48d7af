"""Applications of their own, for what depends on the configuration."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask, has_app_context
from jinja2 import FileSystemBytecodeCache

from app.db import db
from app.embedded import Services
from app.factory import create_app
from app.web import limiter
from config import ROOT, Config, Testing

COMPILED = ROOT / ".local" / "tests" / "templates"


def made(config: Config) -> Flask:
    """An application whose templates are compiled once for all processes, as long as they stand."""
    app = create_app(config)
    COMPILED.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return app


@contextmanager
def dedicated(
    services: Services,
    *,
    environment: type[Config] = Testing,
    environ: Mapping[str, str] | None = None,
    **settings: object,
) -> Iterator[Flask]:
    """An application over the test's own servers, with these variables and settings."""
    servers = {
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
    }
    config = environment({**servers, **(environ or {})})
    for name, value in settings.items():
        setattr(config, name, value)
    # The limiter keeps to itself the settings of the last application it was given.
    kept = dict(vars(limiter))
    try:
        app = made(config)
        yield app
        if has_app_context():
            # The test's own session reads through the engine of whichever application is at hand.
            db.session.rollback()
        with app.app_context():
            db.engine.dispose()
    finally:
        vars(limiter).clear()
        vars(limiter).update(kept)


def closed_port() -> int:
    """A port of this machine where nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
