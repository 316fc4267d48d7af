"""What each path obtains, what one reads on the way, and what it leaves to choose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.db import db
from app.gate.actors import Level
from app.identity.models import Person
from tests.support import factories
from tests.support.memberships import ask, code_in, is_referent, level_of, received, someone
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

MAILBOX = "mairie@lannion.fr"


def _type_code(page: Page, code: str) -> Page:
    return page.form(button="Valider").send(code=code)


def test_whoever_has_the_official_mailbox_commits_at_once_and_is_referent(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    page = ask(someone(app, MAILBOX))
    assert "vous pouvez engager Lannion, et vous en êtes la personne référente" in page.text
    assert (level_of(MAILBOX), is_referent(MAILBOX)) == (Level.MAY_COMMIT, True)


def test_whoever_has_the_mailbox_may_want_less(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, MAILBOX), level=Level.MEMBER)
    assert (level_of(MAILBOX), is_referent(MAILBOX)) == (Level.MEMBER, False)


def test_the_second_to_have_the_right_is_no_referent_by_themself(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    factories.referent_of("22113")
    ask(someone(app, MAILBOX))
    assert (level_of(MAILBOX), is_referent(MAILBOX)) == (Level.MAY_COMMIT, False)


def test_an_address_of_the_territorys_own_domain_makes_a_member_and_a_referent_does_the_rest(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, "22113")
    referent = factories.referent_of("22113")
    agent = someone(app, "anne.le.goff@lannion.fr")
    page = ask(agent)
    assert "une personne référente doit vous l’accorder : elle est prévenue" in page.text
    assert level_of("anne.le.goff@lannion.fr") is Level.MEMBER
    [mail] = received(sent, referent.email)
    assert "anne.le.goff@lannion.fr" in mail.body
    page = Visitor(app).sign_in(referent).get("/ma-collectivite").click("Voir et inviter")
    page.form(button="Accorder").send()
    assert level_of("anne.le.goff@lannion.fr") is Level.MAY_COMMIT


def test_a_member_who_wants_no_more_waits_for_nothing(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    page = ask(someone(app, "anne@lannion.fr"), level=Level.MEMBER)
    assert "vous pouvez contribuer au nom de Lannion" in page.text


def test_the_secretary_with_a_webmail_address_types_the_code(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox("mairie.lannion@orange.fr", "22113")
    page = ask(someone(app, "secretaire@gmail.com", full_name="Anne Le Goff"))
    assert "Un code est parti à mairie.lannion@orange.fr" in page.text
    assert level_of("secretaire@gmail.com") is None
    [message] = received(sent, "mairie.lannion@orange.fr")
    for words in ("Anne Le Goff", "secrétaire de mairie", "secretaire@gmail.com", "engager"):
        assert words in message.body
    page = _type_code(page, code_in(message).replace(" ", "  "))
    assert "vous en êtes la personne référente" in page.text
    assert level_of("secretaire@gmail.com") is Level.MAY_COMMIT


def test_the_code_can_be_asked_to_make_a_simple_member(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox("mairie.lannion@orange.fr", "22113")
    page = ask(someone(app, "elue@gmail.com"), level=Level.MEMBER)
    message = received(sent, "mairie.lannion@orange.fr")[-1]
    assert "sans vous engager" in message.body
    _type_code(page, code_in(message))
    assert level_of("elue@gmail.com") is Level.MEMBER


def test_one_mistake_in_the_code_is_not_the_end(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox("mairie.lannion@orange.fr", "22113")
    page = ask(someone(app, "elue@gmail.com"))
    page = _type_code(page, "0000 0000")
    assert "Ce n’est pas le code" in page.text
    _type_code(page, code_in(received(sent, "mairie.lannion@orange.fr")[-1]))
    assert level_of("elue@gmail.com") is Level.MAY_COMMIT


def test_a_year_later_one_asks_again_by_the_same_path(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    now = clock.now()
    with clock.at(now - timedelta(days=350)):
        ask(someone(app, MAILBOX))
    assert level_of(MAILBOX) is Level.MAY_COMMIT
    person = db.session.query(Person).filter_by(email=MAILBOX).one()
    again = Visitor(app).sign_in(person)
    ask(again)
    with clock.at(now + timedelta(days=300)):
        assert (level_of(MAILBOX), is_referent(MAILBOX)) == (Level.MAY_COMMIT, True)
