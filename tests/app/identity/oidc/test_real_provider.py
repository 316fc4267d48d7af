"""Signing in through the Python provider, whose userinfo is plain JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.db import db
from app.embedded import Services
from app.identity.oidc.models import ExternalAccount
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.identity_providers import mock_provider, settings
from tests.support.sign_in import EMAIL, is_signed_in, received_code, type_code
from tests.support.strict_browser import Page, Visitor

ANNE = {"sub": "anne", "email": EMAIL, "given_name": "Anne", "family_name": "Le Goff"}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mock_provider(tmp_path_factory.mktemp("provider"), ANNE) as issuer:
        yield issuer


@pytest.fixture
def linked(app: Flask, services: Services, issuer: str) -> Iterator[Flask]:
    asked = {"OIDC_USERINFO_ALG": "", "OIDC_SCOPES": "openid profile email"}
    with dedicated(services, environ=settings(issuer, **asked)) as application:
        yield application


def _through(someone: Visitor, **answered: str) -> Page:
    address = someone.ask("GET", "/connexion/externe").headers["Location"]
    there = requests.post(address, data=answered, allow_redirects=False, timeout=10)
    return someone.get(there.headers["Location"].removeprefix("http://localhost"), status=200)


def test_one_signs_in_the_first_time_then_the_next(linked: Flask, sent: list[EmailMessage]) -> None:
    person = factories.person(email=EMAIL)
    someone = Visitor(linked)
    page = _through(someone, sub="anne")
    assert page.heading == "Confirmez votre adresse"
    page.form(button="Recevoir le lien").send()
    type_code(someone, received_code(sent))
    assert is_signed_in(someone)
    again = Visitor(linked)
    _through(again, sub="anne")
    assert is_signed_in(again)
    account = db.session.scalars(select(ExternalAccount)).one()
    assert (account.person_id, account.usual_name) == (person.id, "Le Goff")


def test_a_code_replayed_is_refused_by_the_provider(linked: Flask) -> None:
    someone = Visitor(linked)
    address = someone.ask("GET", "/connexion/externe").headers["Location"]
    with someone.client.session_transaction() as cookie:
        kept = dict(cookie)
    there = requests.post(address, data={"sub": "anne"}, allow_redirects=False, timeout=10)
    back = there.headers["Location"].removeprefix("http://localhost")
    assert someone.get(back).heading == "Confirmez votre adresse"
    with someone.client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)
    page = someone.get(back, status=400)
    assert "ProConnect n’a pas confirmé votre connexion." in page.main
