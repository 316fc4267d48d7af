"""A stolen session is worth no more than itself: it adds no application, and is renewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.identity.models import Person
from tests.authority.scene import taken_by
from tests.support import factories
from tests.support.authenticators import OVERVIEW, code_of, equipped
from tests.support.sign_in import token_of
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")
ADDING = f"{OVERVIEW}/ajouter"
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
TRIAGE = "/moderation/rattachements"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def moderator() -> Person:
    return factories.moderator()


def _secret(page: Page) -> str:
    found = page.soup.find("code")
    assert found is not None
    return found.get_text().replace(" ", "")


@pytest.mark.parametrize("has_one", [True, False])
def test_adding_takes_a_session_just_opened(
    app: Flask, visitor: Visitor, moderator: Person, has_one: bool
) -> None:
    """Else whoever stole a session would confirm that they are its owner."""
    if has_one:
        equipped(moderator)
    began = Visitor(app).sign_in(moderator)
    with clock.at(NOON - timedelta(minutes=10)):
        visitor.sign_in(moderator, stepped_up=has_one)
    button = "Remplacer l’application" if has_one else "Ajouter une application"
    form = began.get(OVERVIEW).form(button=button)
    adding = form.send()
    # From the old session: neither begun, nor seen, nor ended.
    offered = [each.get_text(strip=True) for each in visitor.get(OVERVIEW).soup("button")]
    assert button not in offered
    form = taken_by(visitor, form)
    assert "une connexion de moins de dix minutes" in form.send(status=409).main
    assert visitor.get(ADDING).heading == "Double authentification"
    code = code_of(_secret(adding))
    ending = taken_by(visitor, adding.form(button="Vérifier"))
    assert "n’est plus en cours" in ending.send(code=code, status=409).main
    # By signing in again one comes back there.
    page = visitor.get(f"{OVERVIEW}?suite={TRIAGE}").form(button="Me reconnecter").send()
    assert page.heading == "Se connecter"
    assert page.form(button="Recevoir").fields["suite"] == [f"{OVERVIEW}?suite={TRIAGE}"]


def test_what_changes_ones_second_factor_renews_the_token(
    visitor: Visitor, moderator: Person
) -> None:
    equipped(moderator)
    visitor.sign_in(moderator)
    kept = [token_of(visitor)]
    visitor.get(OVERVIEW).form(button="Faire de nouveaux codes").send(status=200)
    kept.append(token_of(visitor))
    visitor.get(f"{OVERVIEW}/retirer").form(button="Retirer l’application").send()
    kept.append(token_of(visitor))
    assert len(set(kept)) == 3
    assert visitor.get("/mon-compte").heading == "Mon compte"
