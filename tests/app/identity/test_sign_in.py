"""One signs in by a link sent by e-mail: once, within ten minutes, confirmed by a gesture."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select, text

from app import clock
from app.db import db
from app.identity.models import Person, Session, SignInLink
from app.identity.rules import likely_email, normal_email
from app.notifications.models import Outbox
from app.tokens import sign_in_code, sign_in_token
from tests.support import factories
from tests.support.sign_in import EMAIL, ask, confirm, count, received_link
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

TEN_MINUTES = timedelta(minutes=10)


def test_a_newcomer_signs_in_and_is_asked_who_they_are(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    page = ask(visitor)
    assert page.heading == "Consultez votre messagerie"
    assert EMAIL in page.main
    page = confirm(visitor, received_link(sent))
    assert page.heading == "Votre profil"
    assert visitor.get("/mon-compte").heading == "Mon compte"


def test_someone_known_goes_where_they_were_going(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    person = factories.person(email=EMAIL)
    page = visitor.get("/mon-compte/rattachements?a=1")
    assert page.heading == "Se connecter"
    page.form(button="Recevoir").send(email=EMAIL)
    assert confirm(visitor, received_link(sent)).path == "/mon-compte/rattachements?a=1"
    assert count(Person) == 1
    db.session.refresh(person)


def test_a_newcomer_goes_there_too_once_their_profile_is_complete(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor, suite="/mon-compte/rattachements")
    profile = confirm(visitor, received_link(sent)).form(button="Enregistrer")
    page = profile.send(full_name="Anne Le Goff", profile="elected", function="maire")
    assert page.path == "/mon-compte/rattachements"


@pytest.mark.parametrize("known", [True, False])
def test_known_or_not_the_answer_is_the_same(visitor: Visitor, known: bool) -> None:
    if known:
        factories.person(email=EMAIL)
    page = ask(visitor)
    assert (page.heading, page.path) == ("Consultez votre messagerie", "/connexion/envoyee")
    assert (count(Outbox), count(SignInLink)) == (1, 1)
    assert count(Person) == int(known)


def test_an_address_is_the_same_whatever_its_capitals(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    factories.person(email=EMAIL)
    ask(visitor, "Maire@EXEMPLE.fr")
    assert confirm(visitor, received_link(sent)).status == 200
    assert count(Person) == 1


def test_reading_the_link_uses_nothing_up(
    app: Flask, visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    link = received_link(sent)
    for _ in range(3):
        Visitor(app).get(link)
        Visitor(app).ask("HEAD", link)
    assert count(Session) == 0
    assert confirm(visitor, link).heading == "Votre profil"


def test_a_link_opens_one_session(app: Flask, visitor: Visitor, sent: list[EmailMessage]) -> None:
    ask(visitor)
    link = received_link(sent)
    again = visitor.get(link).form(button="Me connecter")
    confirm(visitor, link)
    for late in (visitor, Visitor(app)):
        page = late.get(link, status=410)
        assert page.heading == "Ce lien ne fonctionne plus"
        assert "Demandez un nouveau lien" in page.main
    assert Visitor(app).get(link, status=410).click("Demander un nouveau").heading == "Se connecter"
    answer = visitor.ask("POST", again.action, data=again.fields)
    assert answer.status_code == 400, "the cookie and its forms are new once signed in"
    assert count(Session) == 1


@pytest.mark.parametrize(
    ("later", "status"),
    [(TEN_MINUTES - timedelta(microseconds=1), 303), (TEN_MINUTES, 409), (timedelta(days=2), 409)],
)
def test_a_link_lasts_ten_minutes(
    visitor: Visitor, sent: list[EmailMessage], later: timedelta, status: int
) -> None:
    start = clock.now()
    with clock.at(start):
        ask(visitor)
        form = visitor.get(received_link(sent)).form(button="Me connecter")
    with clock.at(start + later):
        answer = visitor.ask("POST", form.action, data=form.fields)
    assert answer.status_code == status


def test_a_link_asked_elsewhere_does_not_disable_the_one_before(
    app: Flask, sent: list[EmailMessage]
) -> None:
    asked = []
    for someone in (Visitor(app), Visitor(app)):
        ask(someone)
        asked.append((someone, received_link(sent)))
    for someone, link in reversed(asked):
        assert confirm(someone, link).status == 200


def test_a_link_asked_again_leaves_the_one_before_until_one_is_used(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    """The first message may only be late."""
    links = []
    for address in ("maire@exemple.fr", "adjointe@exemple.fr", "maire@exemple.fr"):
        ask(visitor, address)
        links.append(received_link(sent))
    first, other, second = links
    assert visitor.get(second).heading == "Confirmer la connexion"
    assert visitor.get(other).heading == "Confirmer la connexion"
    assert confirm(visitor, first).heading == "Votre profil"
    still = set(
        db.session.scalars(select(SignInLink.email).where(SignInLink.consumed_at.is_(None)))
    )
    assert still == {"adjointe@exemple.fr"}


def test_only_the_hash_of_a_link_is_kept_and_nothing_to_make_it_from(
    app: Flask, visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    link = db.session.scalars(select(SignInLink)).one()
    token = sign_in_token(app.config["SECRET_KEY"], link.id)
    stored = _dump("sign_in_link") + _dump("outbox")
    assert token not in stored
    assert token[32:] not in stored
    assert sign_in_code(app.config["SECRET_KEY"], link.id) not in stored
    path = received_link(sent)
    assert path == f"/connexion/lien/{token}"
    assert sign_in_token("another secret", link.id) != token
    assert token[32:] not in _dump("outbox") + _dump("sign_in_link")
    confirm(visitor, path)
    with visitor.client.session_transaction() as cookie:
        assert cookie["_user_id"] not in _dump("session")


def _dump(table: str) -> str:
    db.session.rollback()
    rows = db.session.execute(text(f"SELECT to_jsonb(t) FROM {table} t")).scalars()
    return json.dumps(list(rows))


@pytest.mark.parametrize(
    "token", ["x", "0" * 96, "%00", "a" * 5000, "00000000000040008000000000000000" + "f" * 64]
)
def test_a_link_that_never_was_is_a_link_spent(visitor: Visitor, token: str) -> None:
    form = visitor.get("/connexion").form(button="Recevoir")
    form.action = f"/connexion/lien/{token}"
    for spent in (visitor.get(form.action, status=410), form.send(status=409)):
        assert spent.heading == "Ce lien ne fonctionne plus"
    assert count(Session) == 0


@pytest.mark.parametrize(
    "suite",
    [
        "https://pirate.exemple.org/",
        "//pirate.exemple.org",
        "/\\pirate.exemple.org",
        "/\t/pirate.exemple.org",
        "javascript:alert(1)",
        "/a\r\nLocation: //pirate.exemple.org",
    ],
)
def test_one_is_never_led_out_of_the_site(
    visitor: Visitor, sent: list[EmailMessage], suite: str
) -> None:
    factories.person(email=EMAIL)
    form = visitor.get("/connexion", query={"suite": suite}).form(button="Recevoir")
    form.send(email=EMAIL, suite=suite)
    assert confirm(visitor, received_link(sent)).path in {"/", "/?"}
    signed_in = visitor.ask("GET", "/connexion", query_string={"suite": suite})
    assert signed_in.headers["Location"] == "/mon-compte"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez votre adresse électronique."),
        ("maire", "Écrivez une adresse comme prenom.nom@exemple.fr."),
        ("maire@exemple", "Écrivez une adresse comme prenom.nom@exemple.fr."),
        ("maire@exemple.fr\r\nBcc: pirate@exemple.org", "Écrivez une adresse comme"),
        ("a" * 250 + "@exemple.fr", "254"),
        ("élue.mairie@exemple.fr", "adresse accentuée"),
    ],
)
def test_what_is_no_address_is_refused(visitor: Visitor, typed: str, said: str) -> None:
    page = visitor.get("/connexion").form(button="Recevoir").send(email=typed, status=422)
    assert said in page.main
    assert (count(Outbox), count(SignInLink)) == (0, 0)


def test_links_are_not_confirmed_from_another_site(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    ask(visitor)
    answer = visitor.ask("POST", received_link(sent), data={})
    assert answer.status_code == 400
    assert count(Session) == 0


@pytest.mark.parametrize("pasted", ["\u00a0%s", "%s\u200b", "<%s>", "mailto:%s", " %s\ufeff"])
def test_what_surrounds_an_address_is_left_out(visitor: Visitor, pasted: str) -> None:
    visitor.get("/connexion").form(button="Recevoir").send(email=pasted % "maire@exemple.fr")
    assert db.session.scalar(select(Outbox.address)) == "maire@exemple.fr"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("maire@orange.f", "maire@orange.fr"),
        ("maire@gmail.con", "maire@gmail.com"),
        ("maire@gmial.com", "maire@gmail.com"),
        ("maire@wandoo.fr", "maire@wanadoo.fr"),
        ("maire@laposte.ner", "maire@laposte.net"),
        ("maire@mairie-lannion.rf", "maire@mairie-lannion.fr"),
        ("maire@orange.fr", None),
        ("maire@mairie-orange.fr", None),
        ("maire@beauvais.fr", None),
        ("maire@free.education.fr", None),
        ("maire", None),
    ],
)
def test_a_domain_that_looks_misspelt_is_asked_about(typed: str, meant: str | None) -> None:
    assert likely_email(typed) == meant


def test_a_likely_address_is_one_click_away_and_so_is_the_one_typed(visitor: Visitor) -> None:
    form = visitor.get("/connexion").form(button="Recevoir")
    page = form.send(email="maire@gmail.con", status=422)
    assert count(Outbox) == 0
    page.form(button="Oui, maire@gmail.com").send()
    page.form(button="Non, garder").send()
    addresses = db.session.scalars(select(Outbox.address).order_by(Outbox.created_at)).all()
    assert addresses == ["maire@gmail.com", "maire@gmail.con"]


def test_a_domain_with_accents_is_kept_by_the_name_machines_know() -> None:
    assert normal_email("Maire@Évian.fr") == "maire@xn--vian-9oa.fr"
