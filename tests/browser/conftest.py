"""A site, a browser, and people who come to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from app.db import db
from app.embedded import Services
from tests.browser.person import Person
from tests.browser.site import Site, served

# The smallest screen one still finds in a town hall's pocket, and its desk.
WIDTHS = (360, 1280)
HEIGHT = 900
# A journey that is played whole on each, for what folds on the smallest.
at_both_widths = pytest.mark.parametrize("width", WIDTHS, ids=[f"{width}px" for width in WIDTHS])
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

Comes = Callable[..., Person]


@pytest.fixture(scope="session")
def site(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(services, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def application(site: Site) -> Iterator[Flask]:
    """The application of the site, for what a test prepares and for the worker's part."""
    app = site.application()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The shell is the same engine without windows: each page costs a sixth less.
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        pytest.fail(
            "Chromium is not on the PATH: install the package « chromium-headless-shell », as "
            ".ci/run does, or run the other tests with `make test`.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def width() -> int:
    """How wide the windows are: a journey is played at a desk, and each page looked at on both."""
    return max(WIDTHS)


@pytest.fixture
def comes(app: Flask, browser: Browser, site: Site, width: int) -> Iterator[Comes]:
    """Someone comes to the site, with a browser of their own; several may."""
    contexts = []

    def opened(*, scripts: bool = True) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale="fr-FR",
            reduced_motion="reduce",
            timezone_id="Europe/Paris",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    def come(*, scripts: bool = True) -> Person:
        mirror = None if scripts else opened()
        narrower = [narrow for narrow in WIDTHS if narrow < width]
        return Person(opened(scripts=scripts), site, narrower=narrower, mirror=mirror)

    yield come
    for context in contexts:
        context.close()
    for message in site.mail.iterdir():
        message.unlink()
