"""An identity provider of the tests, and the application that signs in through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.embedded import Services
from tests.support.applications import dedicated
from tests.support.identity_providers import Forger, settings
from tests.support.sign_in import EMAIL
from tests.support.strict_browser import Visitor

SIRET = "21220113600014"


@pytest.fixture(scope="module")
def faithful() -> Iterator[Forger]:
    forger = Forger()
    yield forger
    forger.close()


@pytest.fixture
def forger(faithful: Forger) -> Forger:
    """The provider, honest until a test has it lie."""
    faithful.person = {
        "sub": "agent-1",
        "email": EMAIL,
        "given_name": "Anne",
        "usual_name": "Le Goff",
        "siret": SIRET,
    }
    faithful.identity, faithful.wrapping = {}, {}
    faithful.described, faithful.answered = {}, {}
    faithful.header, faithful.userinfo_header = {}, {}
    faithful.signer = faithful.userinfo_signer = faithful.key
    faithful.published = [faithful.key]
    faithful.token_status, faithful.userinfo_status = 200, 200
    faithful.asked = []
    return faithful


@pytest.fixture
def linked(app: Flask, services: Services, forger: Forger) -> Iterator[Flask]:
    """The application, with this provider."""
    with dedicated(services, environ=settings(forger.issuer)) as application:
        yield application


@pytest.fixture
def someone(linked: Flask) -> Visitor:
    return Visitor(linked)
