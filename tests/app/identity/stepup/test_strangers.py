"""Wrong codes typed elsewhere do not close the browser in which a person confirms every day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.embedded import Services
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.authenticators import CONFIRMATION, code_of, equipped, wrong_code
from tests.support.strict_browser import Page, Visitor


def _type(someone: Visitor, code: str, **expected: int) -> Page:
    return someone.get(CONFIRMATION).form(button="Confirmer").send(code=code, **expected)


@pytest.mark.usefixtures("app")
def test_the_browser_confirmed_before_has_tries_of_its_own(services: Services) -> None:
    """Seen red: when five wrong codes in a stolen session closed every other."""
    moderator = equipped(factories.moderator())
    start = clock.now()
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        with clock.at(start):
            usual = Visitor(limiting).sign_in(moderator)
        with clock.at(start + timedelta(hours=9)):
            thief = Visitor(limiting).sign_in(moderator, stepped_up=False)
            for _ in range(5):
                _type(thief, wrong_code())
            assert "Trop de codes faux" in _type(thief, code_of(), status=409).main
            for _ in range(4):
                _type(usual, wrong_code())
            _type(usual, code_of())
            assert _is_confirmed(usual)
            assert "Trop de codes faux" in _type(thief, code_of(), status=409).main


@pytest.mark.usefixtures("app")
def test_its_own_tries_are_five_too(services: Services) -> None:
    moderator = equipped(factories.moderator())
    start = clock.now()
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        with clock.at(start):
            usual = Visitor(limiting).sign_in(moderator)
        with clock.at(start + timedelta(hours=9)):
            for _ in range(5):
                _type(usual, wrong_code())
            refused = _type(usual, code_of(), status=409)
            assert "Trop de codes ont été tapés dans ce navigateur" in refused.main


def _is_confirmed(someone: Visitor) -> bool:
    return someone.get(CONFIRMATION).heading != "Confirmer que c’est bien vous"
