"""Signing in through an identity provider that tells the truth."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.authority.memberships.models import Membership
from app.authority.powers.queries import actor_for
from app.db import db
from app.identity.models import Person, Session
from app.identity.oidc.models import ExternalAccount
from app.identity.oidc.queries import accounts_of, siret_of
from tests.support import factories
from tests.support.identity_providers import Forger
from tests.support.provider_sign_in import BACK, come_back, first_time, leave, pass_through, prove
from tests.support.sign_in import (
    EMAIL,
    confirm,
    count,
    is_signed_in,
    received_link,
    token_of,
)
from tests.support.strict_browser import Visitor
from tests.support.worker import work


def test_what_is_asked_of_the_provider(someone: Visitor, forger: Forger) -> None:
    address = someone.ask("GET", "/connexion/externe").headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked.pop("scope") == "openid given_name usual_name email siret"
    assert asked.pop("redirect_uri").endswith(BACK)
    assert (asked.pop("response_type"), asked.pop("client_id")) == ("code", "coconstruire")
    assert asked.pop("code_challenge_method") == "S256"
    assert {name: len(value) >= 32 for name, value in asked.items()} == {
        "state": True,
        "nonce": True,
        "code_challenge": True,
    }


@pytest.mark.parametrize("known", [True, False])
def test_the_first_time_the_mailbox_is_proved_whether_it_is_known_or_not(
    someone: Visitor, forger: Forger, sent: list[EmailMessage], known: bool
) -> None:
    if known:
        factories.person(email=EMAIL)
    page = pass_through(someone, forger)
    assert page.heading == "Confirmez votre adresse"
    assert EMAIL in page.main
    assert not is_signed_in(someone)
    assert count(Session) == 0
    page = prove(someone, page, sent)
    assert is_signed_in(someone)
    assert count(Person) == 1
    account = db.session.scalars(select(ExternalAccount)).one()
    assert (account.issuer, account.subject) == (forger.issuer, "agent-1")
    assert "ProConnect" in sent[0].body


def test_the_next_times_one_comes_in_at_once(
    linked: Flask, someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    factories.person(email=EMAIL)
    first_time(someone, forger, sent)
    told = len(sent)
    again = Visitor(linked)
    state = leave(again, forger, "/connexion/externe?suite=/mon-compte/rattachements")
    assert come_back(again, state=state).path == "/mon-compte/rattachements"
    assert is_signed_in(again)
    assert len(sent) == told
    assert count(Person) == 1


def test_a_newcomer_finds_their_name_written(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    page = first_time(someone, forger, sent)
    assert page.heading == "Votre profil"
    assert page.form(button="Enregistrer").fields["full_name"] == ["Anne Le Goff"]


def test_one_is_told_that_an_account_opens_theirs(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    factories.person(email=EMAIL)
    first_time(someone, forger, sent)
    before = len(sent)
    work()
    assert len(sent) == before + 1
    assert sent[-1].to == [EMAIL]
    assert "vient d’être rattaché à votre compte" in sent[-1].body


def test_an_account_with_the_address_of_another_gets_nothing_of_theirs(
    linked: Flask, someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    """The victim's mailbox receives a link, which opens nothing in the attacker's browser."""
    factories.person(email=EMAIL)
    page = pass_through(someone, forger)
    page.form(button="Recevoir le lien et le code").send()
    victim = Visitor(linked)
    opened = victim.get(received_link(sent))
    assert opened.heading == "Ce lien a été demandé ailleurs"
    assert not is_signed_in(someone)
    assert not is_signed_in(victim)
    assert db.session.scalars(select(ExternalAccount.person_id)).one() is None
    assert pass_through(someone, forger).heading == "Confirmez votre adresse"


def test_one_is_known_by_issuer_and_subject_whatever_address_is_told(
    linked: Flask, someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    first = factories.person(email=EMAIL)
    other = factories.person(email="adjointe@exemple.fr")
    first_time(someone, forger, sent)
    forger.person["email"] = other.email
    again = Visitor(linked)
    pass_through(again, forger)
    assert EMAIL in again.get("/mon-compte").main
    db.session.refresh(first)
    assert first.email == EMAIL
    # The same address under another subject is somebody else.
    forger.person.update(sub="agent-2", email=EMAIL)
    assert pass_through(Visitor(linked), forger).heading == "Confirmez votre adresse"


def test_the_number_of_an_establishment_gives_no_right(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    lannion = factories.territory("22113")
    assert lannion.siren
    forger.person["siret"] = f"{lannion.siren}00014"
    person = factories.person(email=EMAIL)
    first_time(someone, forger, sent)
    [account] = accounts_of(person.id)
    assert siret_of(account.id) == f"{lannion.siren}00014"
    assert actor_for(person).memberships == ()
    assert count(Membership) == 0


@pytest.mark.parametrize("siret", [None, "", "123", 21220113600014, "2122011360001X", ["a"]])
def test_a_number_that_is_none_is_not_kept(
    someone: Visitor, forger: Forger, sent: list[EmailMessage], siret: Any
) -> None:
    forger.person["siret"] = siret
    person = factories.person(email=EMAIL)
    first_time(someone, forger, sent)
    [account] = accounts_of(person.id)
    assert siret_of(account.id) == ""


def test_nothing_more_is_kept_than_what_serves(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    forger.person.update(phone_number="0123456789", birthdate="1970-01-01")
    first_time(someone, forger, sent)
    row = db.session.scalars(select(ExternalAccount)).one()
    kept = {column.name: getattr(row, column.name) for column in ExternalAccount.__table__.columns}
    assert "0123456789" not in str(kept)
    assert set(kept) == {
        "id",
        "issuer",
        "subject",
        "person_id",
        "email",
        "given_name",
        "usual_name",
        "siret",
        "id_token",
        "seen_at",
        "linked_at",
    }


@pytest.mark.parametrize("suite", ["https://pirate.exemple.org", "//pirate.exemple.org", "/\\a"])
def test_one_is_never_led_out_of_the_site(
    linked: Flask, someone: Visitor, forger: Forger, sent: list[EmailMessage], suite: str
) -> None:
    factories.person(email=EMAIL)
    first_time(someone, forger, sent)
    again = Visitor(linked)
    answer = again.ask("GET", "/connexion/externe", query_string={"suite": suite})
    state = forger.went(answer.headers["Location"])
    back = again.ask("GET", BACK, query_string={"code": "a", "state": state})
    assert (back.status_code, back.headers["Location"]) == (303, "/")


def test_the_token_is_another_once_signed_in_again(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    factories.person(email=EMAIL)
    first_time(someone, forger, sent)
    confirmed = token_of(someone)
    someone.get("/mon-compte").form(button="Se déconnecter").send()
    pass_through(someone, forger)
    assert token_of(someone) not in {"", confirmed}


def test_proving_needs_the_browser_that_came_back(
    linked: Flask, someone: Visitor, forger: Forger
) -> None:
    pass_through(someone, forger)
    assert Visitor(linked).get("/connexion/externe/adresse").heading == "Se connecter"


def test_a_link_confirmed_in_place_of_the_code_attaches_too(
    someone: Visitor, forger: Forger, sent: list[EmailMessage]
) -> None:
    pass_through(someone, forger).form(button="Recevoir le lien et le code").send()
    confirm(someone, received_link(sent))
    assert db.session.scalars(select(ExternalAccount.person_id)).one() is not None


def test_without_settings_there_is_no_button_and_no_page(visitor: Visitor) -> None:
    assert "ProConnect" not in visitor.get("/connexion").text
    for path in ("/connexion/externe", BACK, "/deconnexion/externe"):
        visitor.get(path, status=404)
