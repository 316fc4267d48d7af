"""The scene of the two tables, and the identity provider some enter through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.embedded import Services
from tests.authority.scene import Scene
from tests.support.applications import dedicated
from tests.support.identity_providers import Forger, settings


@pytest.fixture(scope="module")
def provider(services: Services) -> Iterator[tuple[Flask, Forger]]:
    """An identity provider, and the application that one enters through it."""
    forger = Forger()
    with dedicated(services, environ=settings(forger.issuer)) as linked:
        yield linked, forger
    forger.close()


@pytest.fixture
def scene(app: Flask, sent: list[EmailMessage], request: pytest.FixtureRequest) -> Scene:
    return Scene(app, sent, lambda: request.getfixturevalue("provider"))
