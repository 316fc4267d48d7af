"""What the provider says of itself and its keys: who is believed, how long, and after what wait."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import KeySet, RSAKey

from app.embedded import Services
from app.identity.models import Session
from app.identity.oidc import provider
from tests.support.applications import dedicated
from tests.support.identity_providers import HOST, Forger, settings
from tests.support.provider_sign_in import come_back, leave, pass_through
from tests.support.sign_in import count
from tests.support.strict_browser import Visitor


def test_what_is_discovered_serves_an_hour(linked: Flask, someone: Visitor, forger: Forger) -> None:
    before = forger.description_reads, forger.key_reads
    for _ in range(3):
        pass_through(someone, forger)
    assert (forger.description_reads, forger.key_reads) == (before[0] + 1, before[1] + 1)
    linked.extensions["identity_provider"]._described_at -= 3600
    pass_through(someone, forger)
    assert (forger.description_reads, forger.key_reads) == (before[0] + 2, before[1] + 2)


def test_an_unknown_key_is_looked_for_once_a_minute_whatever_is_forged(
    linked: Flask, someone: Visitor, forger: Forger
) -> None:
    """Seen red: without the minute, each forged token had the keys read again."""
    pass_through(someone, forger)
    before = forger.key_reads
    forger.header = forger.userinfo_header = {"kid": "two"}
    linked.extensions["identity_provider"]._keys_read_at -= 61
    for _ in range(3):
        pass_through(someone, forger, 400)
    assert forger.key_reads == before + 1


MEDDLING: dict[str, dict[str, Any]] = {
    "another client": {"client_id": "another", "scope": "openid all"},
    "no proof": {"code_challenge_method": "plain"},
}


@pytest.mark.parametrize("said", MEDDLING)
def test_what_a_provider_says_of_itself_sets_nothing_here(
    someone: Visitor, forger: Forger, said: str
) -> None:
    """Seen red: Authlib hands to its client all that a description contains."""
    forger.described = MEDDLING[said]
    assert pass_through(someone, forger).heading == "Confirmez votre adresse"


def test_keys_within_a_description_are_not_believed(someone: Visitor, forger: Forger) -> None:
    other = RSAKey.generate_key(2048, {"kid": "two"})
    forger.described = {"jwks": KeySet([other]).as_dict(private=False)}
    forger.signer = forger.userinfo_signer = other
    forger.header = forger.userinfo_header = {"kid": "two"}
    pass_through(someone, forger, 400)
    assert count(Session) == 0


@pytest.mark.parametrize("described", [{"issuer": None}, {"jwks_uri": None}, {"jwks_uri": 12}])
def test_a_description_that_cannot_be_used_is_shown_as_no_answer(
    someone: Visitor, forger: Forger, described: dict[str, Any]
) -> None:
    forger.described = described
    assert someone.ask("GET", "/connexion/externe").status_code == 503


def test_keys_that_cannot_be_read_are_not_kept(someone: Visitor, forger: Forger) -> None:
    state = leave(someone, forger)
    address = f"{forger.issuer}/elsewhere"
    known = someone.app.extensions["identity_provider"].server_metadata
    known["jwks_uri"] = address
    assert "ne répond pas" in come_back(someone, 503, state=state).main
    known["jwks_uri"] = f"{forger.issuer}/keys"
    assert pass_through(someone, forger).heading == "Confirmez votre adresse"


@pytest.mark.parametrize("id_token", [None, "", 12, "a.b.c"])
def test_an_answer_without_an_identity_token_is_refused(
    someone: Visitor, forger: Forger, id_token: Any
) -> None:
    """Whatever else it contains: a person claimed beside the tokens was signed by nobody."""
    forger.answered = {"id_token": id_token, "userinfo": {"sub": "agent-1"}}
    assert "ne peut pas être vérifiée" in pass_through(someone, forger, 400).main


def test_a_provider_that_does_not_answer_is_not_waited_for(
    app: Flask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "PATIENCE_SECONDS", 0.2)
    with socket.create_server((HOST, 0)) as silent:
        issuer = f"http://{HOST}:{silent.getsockname()[1]}"
        with dedicated(services, environ=settings(issuer)) as unlinked:
            page = Visitor(unlinked).get("/connexion/externe", status=503)
    assert "ProConnect ne répond pas en ce moment." in page.main


def test_the_cookie_does_not_grow_with_the_sign_ins_begun(someone: Visitor, forger: Forger) -> None:
    """Seen red: under a key each, as Authlib keeps them, they soon exceed what a browser takes."""
    sizes = []
    for _ in range(12):
        answer = someone.ask("GET", "/connexion/externe")
        sizes.append(len(answer.headers["Set-Cookie"]))
    assert max(sizes) - min(sizes) < 40
    assert pass_through(someone, forger).heading == "Confirmez votre adresse"
