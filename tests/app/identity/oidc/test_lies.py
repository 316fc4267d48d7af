"""Signing in through an identity provider that lies, fails or refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from joserfc.jwk import OctKey, RSAKey

from app import clock
from app.embedded import Services
from app.identity.models import Session, SignInLink
from app.identity.oidc.models import ExternalAccount
from tests.support.applications import closed_port, dedicated
from tests.support.identity_providers import SECRET, Forger, settings
from tests.support.provider_sign_in import BACK, come_back, leave, pass_through
from tests.support.sign_in import (
    count,
)
from tests.support.strict_browser import Page, Visitor


def _refused(page: Page) -> None:
    assert page.heading == "La connexion n’a pas abouti"
    assert "Recevoir un lien de connexion" in page.links()
    assert count(Session) == 0


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://autre.exemple.org"},
    "another audience": {"aud": "another-service"},
    "two audiences and no party": {"aud": ["coconstruire", "another-service"]},
    "another party": {"aud": ["coconstruire", "another"], "azp": "another"},
    "expired": {"exp": int(time.time()) - 3600},
    "without end": {"exp": None},
    "of tomorrow": {"iat": int(time.time()) + 86400},
    "no subject": {"sub": ""},
    "a subject that is no text": {"sub": 12},
    "a subject on two lines": {"sub": "a\r\nb"},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_identity_token_that_is_not_ours_is_refused(
    someone: Visitor, forger: Forger, lie: str
) -> None:
    forger.identity = LIES[lie]
    page = pass_through(someone, forger, 400)
    _refused(page)
    assert "ne peut pas être vérifiée" in page.main
    assert count(ExternalAccount) == 0


@pytest.mark.parametrize(
    ("acr", "believed"), [("eidas2", True), ("eidas0", False), (None, False), (["eidas1"], False)]
)
def test_the_level_of_authentication_asked_for_is_verified(
    app: Flask, services: Services, forger: Forger, acr: Any, believed: bool
) -> None:
    """Seen red: the level asked for, and what was answered not looked at."""
    asked = settings(forger.issuer, OIDC_ACR_VALUES="eidas1 eidas2")
    forger.identity = {"acr": acr}
    with dedicated(services, environ=asked) as linked:
        someone = Visitor(linked)
        page = pass_through(someone, forger, 200 if believed else 400)
    if believed:
        assert page.heading == "Confirmez votre adresse"
    else:
        _refused(page)
        assert "au niveau que demande la plateforme" in page.main


TRICKS: dict[str, Callable[[Forger], tuple[dict[str, str], Any]]] = {
    "none": lambda _: ({"alg": "none"}, None),
    "shared secret": lambda _: ({"alg": "HS256"}, OctKey.import_key(SECRET)),
    "another key": lambda _: ({"kid": "one"}, RSAKey.generate_key(2048)),
    "unknown key": lambda _: ({"kid": "two"}, RSAKey.generate_key(2048)),
    "another algorithm": lambda forger: ({"alg": "PS256"}, forger.key),
}


@pytest.mark.parametrize("where", ["", "userinfo_"])
@pytest.mark.parametrize("trick", TRICKS)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    someone: Visitor, forger: Forger, where: str, trick: str
) -> None:
    header, signer = TRICKS[trick](forger)
    setattr(forger, f"{where}header", header)
    setattr(forger, f"{where}signer", signer)
    _refused(pass_through(someone, forger, 400))
    assert count(ExternalAccount) == 0


@pytest.mark.parametrize(
    "wrapping",
    [{"sub": "agent-2"}, {"iss": "https://autre.exemple.org"}, {"aud": "another"}, {"aud": None}],
    ids=str,
)
def test_claims_about_another_person_or_for_another_are_refused(
    someone: Visitor, forger: Forger, wrapping: dict[str, Any]
) -> None:
    forger.wrapping = wrapping
    _refused(pass_through(someone, forger, 400))


@pytest.mark.parametrize(
    "email",
    ["", None, "maire", "maire@exemple.fr\r\nBcc: pirate@exemple.org", "a@b@c", 12, ["a@b.fr"]],
)
def test_an_address_that_is_none_is_refused(someone: Visitor, forger: Forger, email: Any) -> None:
    forger.person["email"] = email
    page = pass_through(someone, forger, 400)
    _refused(page)
    assert "adresse électronique" in page.main
    assert count(SignInLink) == 0


def test_a_key_that_is_new_is_looked_for_once(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    pass_through(someone, forger)
    new = RSAKey.generate_key(2048, {"kid": "two"})
    forger.signer = forger.userinfo_signer = new
    forger.published = [forger.key, new]
    forger.header = forger.userinfo_header = {"kid": "two"}
    pass_through(someone, forger, 400)
    someone.app.extensions["identity_provider"]._keys_read_at -= 61
    assert pass_through(someone, forger).heading == "Confirmez votre adresse"


def test_who_refuses_there_reads_the_way_out(someone: Visitor, forger: Forger) -> None:
    state = leave(someone, forger)
    page = someone.get(BACK, query={"error": "access_denied", "state": state}, status=400)
    _refused(page)
    assert "Vous avez interrompu la connexion avec ProConnect." in page.main
    assert page.click("Recevoir un lien de connexion").heading == "Se connecter"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [("temporarily_unavailable", 503, "ne répond pas"), ("<b>", 400, "n’a pas confirmé")],
)
def test_another_error_is_shown_too(
    someone: Visitor, forger: Forger, error: str, status: int, said: str
) -> None:
    state = leave(someone, forger)
    page = someone.get(BACK, query={"error": error, "state": state}, status=status)
    assert said in page.main


def test_a_state_serves_once(someone: Visitor, forger: Forger, sent: list[EmailMessage]) -> None:
    state = leave(someone, forger)
    come_back(someone, state=state)
    page = come_back(someone, 400, state=state)
    assert "ne correspond à aucune connexion commencée dans ce navigateur" in page.main


def test_the_return_of_another_browser_is_refused(
    linked: Flask, someone: Visitor, forger: Forger
) -> None:
    """Who is sent to another's return address does not come in as them."""
    theirs = leave(someone, forger)
    victim = Visitor(linked)
    _refused(come_back(victim, 400, state=theirs))
    leave(victim, forger)
    _refused(come_back(victim, 400, state=theirs))
    assert forger.asked == []


@pytest.mark.parametrize(("later", "status"), [(599, 200), (600, 400)])
def test_a_return_is_awaited_ten_minutes(
    someone: Visitor, forger: Forger, later: int, status: int
) -> None:
    start = clock.now() - timedelta(seconds=later)
    with clock.at(start):
        state = leave(someone, forger)
    page = come_back(someone, status, state=state)
    assert ("il y a trop longtemps" in page.main) is (status == 400)


def test_a_return_that_names_another_provider_is_refused(someone: Visitor, forger: Forger) -> None:
    state = leave(someone, forger)
    page = come_back(someone, 400, state=state, iss="https://autre.exemple.org")
    assert "autre fournisseur" in page.main


@pytest.mark.parametrize("attribute", ["token_status", "userinfo_status"])
def test_a_provider_that_does_not_confirm_or_fails(
    someone: Visitor, forger: Forger, attribute: str
) -> None:
    setattr(forger, attribute, 500)
    page = pass_through(someone, forger, 400 if attribute == "token_status" else 503)
    _refused(page)


def test_a_provider_that_is_down_is_shown_with_another_way_in(
    app: Flask, services: Services
) -> None:
    with dedicated(services, environ=settings(f"http://127.0.0.1:{closed_port()}")) as unlinked:
        page = Visitor(unlinked).get("/connexion/externe", status=503)
    assert page.heading == "La connexion n’a pas abouti"
    assert "ProConnect ne répond pas en ce moment." in page.main


def test_who_answers_for_another_provider_is_not_believed(someone: Visitor, forger: Forger) -> None:
    forger.described = {"issuer": "https://autre.exemple.org"}
    assert "ne répond pas" in someone.get("/connexion/externe", status=503).main
