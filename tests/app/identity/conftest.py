"""An application with limits, and visitors from other networks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.embedded import Services
from tests.support.applications import closed_port, dedicated


@pytest.fixture(params=["valkey", "memory"])
def limited(app: Flask, services: Services, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """With limits, counted by Valkey, or in memory when it is down."""
    environ = {}
    if request.param == "memory":
        environ["REDIS_URL"] = f"redis://127.0.0.1:{closed_port()}/0"
    with dedicated(services, environ=environ, RATELIMIT_ENABLED=True) as limiting:
        yield limiting
