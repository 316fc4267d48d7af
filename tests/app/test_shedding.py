"""Beyond what a process answers at once, reads are put off and acts go through."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from math import inf
from threading import Event, Semaphore

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from app.embedded import Services
from app.error_pages import HEADERS
from app.shedding import OTHER_READS, READS
from app.web import csrf, public
from tests.support.applications import dedicated
from tests.support.strict_browser import Page, Visitor

PATIENCE_SECONDS = 30
PLACES = READS + OTHER_READS


@dataclass
class Busy:
    """An application with a page that lasts until it is let go, and as many readers as it takes."""

    app: Flask
    pool: ThreadPoolExecutor
    let_go: Event = field(default_factory=Event)
    arrived: Semaphore = field(default_factory=lambda: Semaphore(0))

    def read(self) -> Future[TestResponse]:
        return self.pool.submit(lambda: self.app.test_client().get("/essai/lente"))

    def fill(self, places: int) -> list[Future[TestResponse]]:
        readers = [self.read() for _ in range(places)]
        for _ in readers:
            assert self.arrived.acquire(timeout=PATIENCE_SECONDS)
        return readers


@pytest.fixture
def busy(app: Flask, services: Services) -> Iterator[Busy]:
    with dedicated(services) as application, ThreadPoolExecutor(PLACES) as pool:
        found = Busy(application, pool)

        @public
        def lasts() -> ResponseReturnValue:
            found.arrived.release()
            assert found.let_go.wait(PATIENCE_SECONDS)
            return "lue"

        @public
        def acts() -> ResponseReturnValue:
            return "fait"

        application.add_url_rule("/essai/lente", view_func=lasts)
        application.add_url_rule("/essai/acte", view_func=csrf.exempt(acts), methods=["POST"])
        yield found
        found.let_go.set()


def test_reads_are_put_off_and_acts_go_through(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.shedding.SLOW_SECONDS", inf)
    readers, someone = busy.fill(READS), busy.app.test_client()
    put_off = someone.get("/")
    assert put_off.status_code == 503
    assert put_off.headers["Retry-After"] == "5"
    assert {name: put_off.headers.get(name) for name in HEADERS} == HEADERS
    page = Page(Visitor(busy.app), put_off)
    page.check()
    assert "Rechargez-la dans quelques secondes" in page.main
    assert someone.post("/essai/acte").text == "fait"
    assert someone.get("/static/icons/coconstruire.svg", buffered=True).status_code == 200
    busy.let_go.set()
    assert [reader.result(PATIENCE_SECONDS).text for reader in readers] == ["lue"] * READS
    assert someone.get("/").status_code == 200


def test_slow_reads_keep_nobody_waiting_until_they_are_many(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few downloads of the whole consultation closed the site to its readers."""
    monkeypatch.setattr("app.shedding.SLOW_SECONDS", 0)
    busy.fill(PLACES - 1)
    someone = busy.app.test_client()
    assert someone.get("/").status_code == 200
    busy.fill(1)
    assert someone.get("/").status_code == 503


def test_what_fails_leaves_its_place(busy: Busy) -> None:
    busy.app.config["PROPAGATE_EXCEPTIONS"] = False

    @public
    def fails() -> ResponseReturnValue:
        raise RuntimeError

    busy.app.view_functions["portal.home"] = fails
    someone = busy.app.test_client()
    assert [someone.get("/").status_code for _ in range(PLACES + 1)] == [500] * (PLACES + 1)
