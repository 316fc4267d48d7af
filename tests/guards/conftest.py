"""What the promises true of the whole are read in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.embedded import Services
from tests.support.applications import dedicated
from tests.support.identity_providers import settings


@pytest.fixture(scope="module")
def complete(services: Services) -> Iterator[Flask]:
    """The application with every route, those of an identity provider included."""
    with dedicated(services, environ=settings("http://127.0.0.1:9")) as app:
        yield app
