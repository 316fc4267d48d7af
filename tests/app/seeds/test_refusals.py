"""The demonstration loads only where it can do no harm."""

from __future__ import annotations

import pytest
from flask import Flask

from app.embedded import Services
from app.errors import Conflict
from app.seeds import demonstration
from tests import factories
from tests.dedicated import dedicated


@pytest.mark.usefixtures("app")
def test_it_never_loads_in_production(services: Services) -> None:
    with (
        dedicated(services, LOCAL_FOLDER=None) as production,
        production.app_context(),
        pytest.raises(Conflict, match="production"),
    ):
        demonstration.load()


@pytest.mark.usefixtures("app")
def test_it_never_loads_beside_anything_else(app: Flask) -> None:
    factories.person()
    with pytest.raises(Conflict, match="base vide"):
        demonstration.load()
