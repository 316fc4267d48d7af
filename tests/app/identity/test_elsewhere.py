"""A link works in the browser that asked for it; elsewhere it shows a code to be typed there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.db import db
from app.identity.models import Person, Session, SignInLink
from app.identity.rules import CODE_TRIES, normal_email
from app.tokens import CODE_LENGTH, CODE_LETTERS
from tests.support import factories
from tests.support.sign_in import (
    EMAIL,
    ask,
    confirm,
    count,
    is_signed_in,
    received_code,
    received_link,
    token_of,
    type_code,
)
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

TEN_MINUTES = timedelta(minutes=10)
WRONG = "AAAA-AAAA"


@pytest.fixture
def other(app: Flask) -> Visitor:
    """Another browser."""
    return Visitor(app)


def test_opened_elsewhere_a_link_signs_nobody_in_and_shows_the_code(
    visitor: Visitor, other: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    link, code = received_link(sent), received_code(sent)
    page = other.get(link)
    assert page.heading == "Ce lien a été demandé ailleurs"
    assert "Ouvrez-le dans le navigateur où vous l’avez demandé, ou tapez-y ce code" in page.main
    assert code in page.main
    assert "Me connecter" not in page.main
    assert (count(Session), count(Person)) == (0, 0)
    assert type_code(visitor, code).heading == "Votre profil"
    assert is_signed_in(visitor)
    assert not is_signed_in(other)


def test_a_stolen_link_opens_nothing(
    visitor: Visitor, other: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    link, code = received_link(sent), received_code(sent)
    ask(other, "pirate@exemple.org")
    form = other.get("/connexion/envoyee").form(button="avec ce code")
    assert "n’est pas celui" in form.send(code=code).main
    form.action = link
    assert form.send(status=409).heading == "Ce lien ne fonctionne plus"
    assert count(Session) == 0
    assert confirm(visitor, link).heading == "Votre profil"


def test_a_code_without_a_browser_that_asked_is_worth_nothing(
    visitor: Visitor, other: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    form = other.get("/connexion").form(button="Recevoir")
    form.action = "/connexion/code"
    form.fields["code"] = [received_code(sent)]
    answer = other.ask("POST", form.action, data=form.fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/connexion/envoyee")
    assert other.get("/connexion/envoyee").heading == "Se connecter"
    assert count(Session) == 0


def test_a_code_is_read_whatever_its_dress(visitor: Visitor, sent: list[EmailMessage]) -> None:
    ask(visitor)
    code = received_code(sent).lower().replace("-", " ")
    assert type_code(visitor, f" {code} ").heading == "Votre profil"


def test_a_code_serves_once_as_does_its_link(visitor: Visitor, sent: list[EmailMessage]) -> None:
    ask(visitor)
    link, code = received_link(sent), received_code(sent)
    with visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    type_code(visitor, code)
    with visitor.client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)
    assert visitor.get(link, status=410).heading == "Ce lien ne fonctionne plus"
    assert "Ce code n’est plus valable." in type_code(visitor, code).main
    assert count(Session) == 1


def test_a_code_is_tried_five_times(visitor: Visitor, sent: list[EmailMessage]) -> None:
    ask(visitor)
    link, code = received_link(sent), received_code(sent)
    for _ in range(CODE_TRIES):
        page = type_code(visitor, WRONG)
        assert page.heading == "Consultez votre messagerie"
        assert "n’est pas celui du dernier message" in page.main
        assert page.soup.select("#code[aria-invalid=true]")
    assert "Ce code n’est plus valable." in type_code(visitor, code).main
    assert not is_signed_in(visitor)
    assert confirm(visitor, link).heading == "Votre profil", "the link itself was not guessed"


def test_asking_again_gives_five_tries_more_to_another_code(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    first = received_code(sent)
    for _ in range(CODE_TRIES):
        type_code(visitor, WRONG)
    ask(visitor)
    assert "n’est pas celui" in type_code(visitor, first).main
    assert type_code(visitor, received_code(sent)).heading == "Votre profil"


def test_the_code_of_one_address_is_not_that_of_another(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor, "adjointe@exemple.fr")
    first = received_code(sent)
    ask(visitor)
    assert "n’est pas celui" in type_code(visitor, first).main
    assert count(Session) == 0


@pytest.mark.parametrize(
    ("later", "opens"), [(TEN_MINUTES - timedelta(seconds=1), True), (TEN_MINUTES, False)]
)
def test_a_code_lasts_ten_minutes(
    visitor: Visitor, sent: list[EmailMessage], later: timedelta, opens: bool
) -> None:
    start = clock.now()
    with clock.at(start):
        ask(visitor)
        form = visitor.get("/connexion/envoyee").form(button="avec ce code")
        code = received_code(sent)
    with clock.at(start + later):
        form.send(code=code)
    assert count(Session) == int(opens)


def test_no_code_is_a_field_to_fill(visitor: Visitor, sent: list[EmailMessage]) -> None:
    ask(visitor)
    page = visitor.get("/connexion/envoyee").form(button="avec ce code").send(code=" ", status=422)
    assert "Écrivez le code du message reçu." in page.main
    assert db.session.scalars(select(SignInLink.tries)).one() == 0


def test_codes_are_made_of_letters_one_does_not_mistake(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    code = received_code(sent).replace("-", "")
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    assert set(CODE_LETTERS).isdisjoint("ILO01")
    assert len(CODE_LETTERS) ** CODE_LENGTH > 2**39


def test_a_browser_keeps_no_secret_it_had_before(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    """Session fixation: nothing planted in the cookie before is worth anything after."""
    ask(visitor)
    link = received_link(sent)
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        planted = dict(cookie)
    confirm(visitor, link)
    with visitor.client.session_transaction() as cookie:
        assert set(cookie) & {"browser", "asked_by"} == set()
        assert cookie["_user_id"] != "planted"
        assert cookie["csrf_token"] != planted["csrf_token"]


def test_signing_in_as_someone_else_ends_the_session_before(
    app: Flask, visitor: Visitor, other: Visitor, sent: list[EmailMessage]
) -> None:
    factories.person(email=EMAIL)
    ask(visitor)
    form = visitor.get(received_link(sent)).form(button="Me connecter")
    visitor.sign_in(factories.person())
    before = token_of(visitor)
    form.send()
    assert token_of(visitor) not in {"", before}
    with other.client.session_transaction() as cookie:
        cookie["_user_id"] = before
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    "alike",
    [
        "m\u0430ire@exemple.fr",  # a Cyrillic letter
        "maire@ex\u0435mple.fr",
        "maire+soutien@exemple.fr",
        "m.aire@exemple.fr",
        "maire@mail.exemple.fr",
        "maire@exemple.fr.pirate.org",
        "\uff4daire@exemple.fr",  # a letter of full width
    ],
)
def test_an_address_that_looks_alike_is_another(
    visitor: Visitor, sent: list[EmailMessage], alike: str
) -> None:
    known = factories.person(email=EMAIL)
    form = visitor.get("/connexion").form(button="Recevoir")
    answer = visitor.ask("POST", "/connexion", data={**form.fields, "email": alike})
    if answer.status_code == 422:
        return
    confirm(visitor, received_link(sent))
    assert sent[-1].to == [normal_email(alike)]
    owners = db.session.scalars(select(Session.person_id)).all()
    assert len(owners) == 1
    assert known.id not in owners
