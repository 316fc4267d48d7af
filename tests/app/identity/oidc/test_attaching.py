"""Signed in, one attaches an account at the provider or detaches it, and signs out there too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.errors import Conflict
from app.identity.jobs import forget
from app.identity.models import Person
from app.identity.oidc import provider
from app.identity.oidc.models import ExternalAccount
from app.identity.oidc.operations import attach, detach, meet
from app.identity.oidc.rules import Claims
from tests.support import factories
from tests.support.authenticators import equipped
from tests.support.identity_providers import Forger
from tests.support.provider_sign_in import BACK, pass_through
from tests.support.sign_in import count, is_signed_in, token_of
from tests.support.strict_browser import Page, Visitor
from tests.support.threads import Race
from tests.support.worker import work

ATTACH = "/mon-compte/externe/rattacher"
CLAIMS = Claims("agent-1", "anne@ministere.exemple.fr", "Anne", "Le Goff", "")


@pytest.fixture(scope="module")
def forger() -> Iterator[Forger]:
    forger = Forger()
    forger.person["email"] = CLAIMS.email
    yield forger
    forger.close()


@pytest.fixture(autouse=True)
def _truthful(forger: Forger) -> None:
    forger.described = {}


@pytest.fixture
def person(app: Flask) -> Person:
    return factories.person()


def _through(someone: Visitor, forger: Forger, start: str = ATTACH) -> Page:
    return pass_through(someone, forger, start=start)


def _attach(someone: Visitor, forger: Forger, status: int | None = None) -> Page:
    """Go to the provider and back, and agree to what was brought."""
    return _through(someone, forger).form(button="Rattacher ce compte").send(status=status)


def _met(issuer: str) -> ExternalAccount:
    with transaction():
        return meet(issuer, CLAIMS, id_token="t", ctx=factories.acting(None))


def test_attaching_gives_a_new_token_and_a_second_door(
    linked: Flask, person: Person, forger: Forger, sent: list[EmailMessage]
) -> None:
    someone = Visitor(linked).sign_in(person)
    before = token_of(someone)
    assert "Rattacher un compte ProConnect" in someone.get("/mon-compte").links()
    page = _through(someone, forger)
    assert page.heading == f"Rattacher le compte {CLAIMS.email} ?"
    assert db.session.scalars(select(ExternalAccount.person_id)).one() is None
    page = page.form(button="Rattacher ce compte").send()
    assert "Vous pouvez désormais vous connecter avec ProConnect." in page.text
    assert CLAIMS.email in page.main
    assert token_of(someone) not in {"", before}
    stolen = Visitor(linked)
    with stolen.client.session_transaction() as cookie:
        cookie["_user_id"] = before
    assert not is_signed_in(stolen), "the token before is void"
    work()
    assert [message.to for message in sent] == [[person.email]]
    again = Visitor(linked)
    _through(again, forger, "/connexion/externe")
    assert person.email in again.get("/mon-compte").main


def test_attaching_twice_changes_nothing(linked: Flask, person: Person, forger: Forger) -> None:
    someone = Visitor(linked).sign_in(person)
    for _ in range(2):
        assert _attach(someone, forger).status == 200
    assert count(ExternalAccount) == 1


def test_the_account_of_another_is_not_taken(linked: Flask, person: Person, forger: Forger) -> None:
    owner = factories.person()
    _attach(Visitor(linked).sign_in(owner), forger)
    page = _attach(Visitor(linked).sign_in(person), forger, status=409)
    assert "déjà rattaché à une autre personne" in page.main
    assert "Revenir à mon compte" in page.links()
    assert db.session.scalars(select(ExternalAccount.person_id)).one() == owner.id


def test_signed_out_or_in_as_another_meanwhile_nothing_is_attached(
    linked: Flask, person: Person, forger: Forger
) -> None:
    for other in (None, factories.person()):
        someone = Visitor(linked).sign_in(person)
        state = forger.went(someone.ask("GET", ATTACH).headers["Location"])
        with someone.client.session_transaction() as cookie:
            del cookie["_user_id"]
        if other is not None:
            someone.sign_in(other)
        page = someone.get(BACK, query={"code": "a", "state": state}, status=400)
        assert "Votre session a changé" in page.main
        assert db.session.scalars(select(ExternalAccount)).all() == []


def test_detaching_closes_the_door_and_what_it_opened(
    linked: Flask, person: Person, forger: Forger
) -> None:
    here, mailed = Visitor(linked).sign_in(person), Visitor(linked).sign_in(person)
    _attach(here, forger)
    elsewhere = Visitor(linked)
    _through(elsewhere, forger, "/connexion/externe")
    assert is_signed_in(elsewhere)
    before = token_of(here)
    page = here.get("/mon-compte").form(button="Détacher").send()
    assert "Votre compte ProConnect est détaché." in page.text
    assert token_of(here) not in {"", before}
    assert (is_signed_in(here), is_signed_in(mailed), is_signed_in(elsewhere)) == (
        True,
        True,
        False,
    )
    assert _through(Visitor(linked), forger, "/connexion/externe").heading == (
        "Confirmez votre adresse"
    )


def test_nobody_detaches_the_account_of_another(app: Flask, person: Person) -> None:
    account = _met("https://un.exemple.org")
    with transaction():
        attach(account.id, person, provider="ProConnect", ctx=factories.acting(person))
    stranger = factories.acting(factories.person())
    with transaction():
        detach(account.id, kept_session_id=account.id, ctx=stranger)
    assert count(ExternalAccount) == 1


def test_one_account_attached_to_two_people_at_once_is_one_persons(app: Flask) -> None:
    """Seen red: with the owner read before it is written, both read that it was theirs."""
    account_id = _met("https://un.exemple.org").id
    people = [factories.person(), factories.person()]
    contexts = [factories.acting(person) for person in people]
    numbers = [person.id for person in people]
    db.session.rollback()

    def take(rank: int) -> object:
        own = db.session.get_one(Person, numbers[rank])
        return attach(account_id, own, provider="ProConnect", ctx=contexts[rank]).person_id

    race = Race(app)
    first = race.start(lambda: take(0), uncommitted=True)
    second = race.start(lambda: take(1))
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == numbers[0]
    assert isinstance(second.exception(60), Conflict)
    assert db.session.scalars(select(ExternalAccount.person_id)).one() == numbers[0]


def test_the_same_subject_of_another_issuer_is_another_account(app: Flask) -> None:
    one, other = _met("https://un.exemple.org"), _met("https://deux.exemple.org")
    assert one.id != other.id
    assert _met("https://un.exemple.org").id == one.id


def test_an_account_nobody_took_is_forgotten(app: Flask, person: Person) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        _met("https://un.exemple.org")
        taken = _met("https://deux.exemple.org")
        with transaction():
            attach(taken.id, person, provider="ProConnect", ctx=factories.acting(person))
    forget()
    assert db.session.scalars(select(ExternalAccount.id)).all() == [taken.id]


def test_signing_out_leads_to_sign_out_there_and_back(
    linked: Flask, person: Person, forger: Forger
) -> None:
    _attach(Visitor(linked).sign_in(person), forger)
    someone = Visitor(linked)
    _through(someone, forger, "/connexion/externe")
    page = someone.get("/mon-compte").form(button="Se déconnecter").send()
    assert page.heading == "Votre session Coconstruire est fermée"
    address = page.links()["Continuer vers ProConnect"]
    assert address.startswith(f"{forger.issuer}/end?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["id_token_hint"].count(".") == 2
    assert asked["post_logout_redirect_uri"].endswith("/deconnexion/externe/retour")
    assert not is_signed_in(someone)
    back = someone.get("/deconnexion/externe/retour", query={"state": "another"})
    assert "Votre session est fermée." not in back.text


def test_signing_out_works_whatever_the_provider_does(
    linked: Flask, person: Person, forger: Forger
) -> None:
    _attach(Visitor(linked).sign_in(person), forger)
    someone = Visitor(linked)
    _through(someone, forger, "/connexion/externe")
    provider.init_app(linked)
    forger.described = {"issuer": "https://autre.exemple.org"}
    page = someone.get("/mon-compte").form(button="Se déconnecter").send()
    assert "Votre session est fermée." in page.text
    assert not is_signed_in(someone)


def test_who_attached_an_account_signs_out_there_too(
    linked: Flask, person: Person, forger: Forger
) -> None:
    someone = Visitor(linked).sign_in(person)
    _attach(someone, forger)
    page = someone.get("/mon-compte").form(button="Se déconnecter").send()
    assert page.heading == "Votre session Coconstruire est fermée"


def test_who_has_an_authenticator_confirms_before_attaching(
    linked: Flask, person: Person, forger: Forger
) -> None:
    someone = Visitor(linked).sign_in(equipped(person), stepped_up=False)
    page = _attach(someone, forger, status=403)
    assert page.heading == "Une confirmation est nécessaire"
    assert db.session.scalars(select(ExternalAccount.person_id)).one() is None
    _attach(Visitor(linked).sign_in(person), forger)
    db.session.rollback()
    assert db.session.scalars(select(ExternalAccount.person_id)).one() == person.id


def test_attaching_takes_a_session_just_opened(
    linked: Flask, person: Person, forger: Forger
) -> None:
    someone = Visitor(linked)
    with clock.at(clock.now() - timedelta(minutes=10)):
        someone.sign_in(person)
    page = someone.get("/mon-compte")
    assert "Rattacher un compte ProConnect" not in page.links()
    refused = _attach(someone, forger, status=409)
    assert "une connexion de moins de dix minutes" in refused.main
    assert db.session.scalars(select(ExternalAccount.person_id)).one() is None
    again = page.form(button="Me reconnecter").send()
    assert (again.heading, again.form(button="Recevoir").fields["suite"]) == (
        "Se connecter",
        ["/mon-compte"],
    )


@pytest.mark.parametrize("state", ["é", "%E9", "\u20ac"])
def test_a_return_from_sign_out_that_is_none_leads_home(
    linked: Flask, person: Person, forger: Forger, state: str
) -> None:
    someone = Visitor(linked).sign_in(person)
    _attach(someone, forger)
    someone.get("/mon-compte").form(button="Se déconnecter").send()
    assert someone.get("/deconnexion/externe/retour", query={"state": state}).path in {"/", "/?"}


def test_who_signed_in_by_a_link_signs_out_here_only(linked: Flask, person: Person) -> None:
    someone = Visitor(linked).sign_in(person)
    page = someone.get("/mon-compte").form(button="Se déconnecter").send()
    assert "Votre session est fermée." in page.text
