"""What several rooms of the ground are tried with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.embedded import Services
from config import Development
from tests.support.applications import dedicated


@pytest.fixture
def developing(app: Flask, services: Services, tmp_path: Path) -> Iterator[Flask]:
    """The application as on one's own machine, with its e-mails kept in a folder."""
    with dedicated(services, environment=Development, MAIL_FILE_PATH=str(tmp_path)) as application:
        yield application
