"""What strangers ask for an address never limits whoever comes by the identity provider."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask
from flask_mailman import EmailMessage

from app.embedded import Services
from app.identity.allowances import spend
from app.identity.rules import TooManyLinks
from tests.support.applications import dedicated
from tests.support.identity_providers import Forger, settings
from tests.support.provider_sign_in import BACK, first_time, pass_through
from tests.support.sign_in import EMAIL, is_signed_in
from tests.support.strict_browser import Visitor


def test_they_prove_their_address_then_sign_in_whatever_strangers_ask(
    app: Flask, services: Services, forger: Forger, sent: list[EmailMessage]
) -> None:
    """Seen red: when the message that proves an address was counted with those of strangers."""
    with dedicated(
        services, environ=settings(forger.issuer), RATELIMIT_ENABLED=True
    ) as application:
        _flood(application)
        mayor = Visitor(application)
        form = mayor.get("/connexion").form(button="Recevoir")
        refused = form.send(email=EMAIL, status=429).main
        assert "connectez-vous avec" in refused
        first_time(mayor, forger, sent)
        assert is_signed_in(mayor)
        elsewhere = Visitor(application)
        pass_through(elsewhere, forger)
        assert is_signed_in(elsewhere)


def test_returns_made_up_stop_nobody_on_their_way_back(
    app: Flask, services: Services, forger: Forger, sent: list[EmailMessage]
) -> None:
    """Seen red: when returns were counted by the network they came from."""
    with dedicated(
        services, environ=settings(forger.issuer), RATELIMIT_ENABLED=True
    ) as application:
        neighbour, mayor = Visitor(application), Visitor(application)
        answers = [neighbour.ask("GET", BACK).status_code for _ in range(61)]
        assert answers[-1] == 429
        first_time(mayor, forger, sent)
        assert is_signed_in(mayor)


def _flood(application: Flask) -> None:
    for rank in range(15):
        place = {"REMOTE_ADDR": f"203.0.113.{rank % 3}"}
        with application.test_request_context("/", environ_base=place), suppress(TooManyLinks):
            spend(EMAIL)
