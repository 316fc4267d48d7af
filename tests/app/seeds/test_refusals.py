"""The demonstration loads and erases only where it can do no harm."""

from __future__ import annotations

import pytest
from flask import Flask

from app.embedded import Services
from app.errors import Conflict
from app.seeds import demonstration
from app.seeds.erasing import alone
from app.seeds.story import Moment
from config import Production
from tests.support.applications import dedicated


@pytest.mark.parametrize("act", [demonstration.load, demonstration.replay])
def test_it_never_loads_in_production(act: object, app: Flask, services: Services) -> None:
    settings = {
        "SECRET_KEY": "0d7c81b2e94f5a6d3c1e8f7a9b4d2e60",
        "SERVER_NAME": "exemple.fr",
        "TRUSTED_PROXIES": "0",
        "MAIL_SERVER": "x",
        "MAIL_DEFAULT_SENDER": "x@exemple.fr",
    }
    with (
        dedicated(services, environment=Production, environ=settings) as production,
        production.app_context(),
        pytest.raises(Conflict, match="jamais en production"),
    ):
        act(Moment.SERVICES)  # type: ignore[operator]
    assert demonstration.database_is_empty()


def test_production_has_no_page_for_it(services: Services) -> None:
    with dedicated(services, LOCAL_FOLDER=None) as production:
        assert production.test_client().get("/demonstration").status_code == 404
        assert "/demonstration" not in production.test_client().get("/").get_data(as_text=True)


def test_an_unknown_moment_is_refused_with_the_five_there_are(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["demo", "noel"])
    assert said.exit_code == 1
    for moment in Moment:
        assert moment.value in said.output
    assert demonstration.database_is_empty()


@pytest.mark.usefixtures("app")
def test_two_replays_do_not_run_at_once() -> None:
    with alone(), pytest.raises(Conflict, match="déjà en train"), alone():
        pass
