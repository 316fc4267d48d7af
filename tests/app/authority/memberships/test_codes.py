"""A code is guessed, replayed, stolen, typed late: it proves nothing; once and in time, it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.authority.mailboxes.rules import Proof
from app.authority.memberships.codes.operations import redeem_code
from app.authority.memberships.queries import membership as read
from app.db import transaction
from app.errors import DomainError
from app.gate.actors import Level
from tests.support import factories
from tests.support.memberships import (
    MINE,
    ask,
    code_in,
    level_of,
    membership_of,
    path_in,
    received,
    someone,
)
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

WEBMAIL = "mairie.lannion@orange.fr"
THIEF = "voleur@gmail.com"


def _asks(app: Flask, email: str = THIEF) -> Visitor:
    visitor = someone(app, email)
    ask(visitor)
    return visitor


def _redeem(email: str, code: str) -> bool:
    membership = read(membership_of(email).id)
    assert membership is not None
    ctx = factories.acting(membership.person)
    with transaction():
        return redeem_code(membership, code, ctx=ctx)


@pytest.mark.parametrize("typed", ["", "1", "' OR 1=1 --", "१२३४५६७८", "00000000", "1234567890"])
def test_what_is_no_code_is_no_code(app: Flask, typed: str) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app)
    assert _redeem(THIEF, typed) is False
    assert level_of(THIEF) is None


def test_a_code_expires_at_the_hour(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    start = clock.now()
    with clock.at(start):
        _asks(app)
    code = code_in(received(sent, WEBMAIL)[-1])
    with clock.at(start + timedelta(hours=1)), pytest.raises(DomainError, match="plus valable"):
        _redeem(THIEF, code)
    with clock.at(start + timedelta(hours=1, microseconds=-1)):
        assert _redeem(THIEF, code) is True


def test_a_code_serves_once(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app)
    code = code_in(received(sent, WEBMAIL)[-1])
    assert _redeem(THIEF, code)
    with pytest.raises(DomainError, match="n’attend pas de code"):
        _redeem(THIEF, code)


def test_a_mailbox_receives_three_codes_a_day_from_one_person(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(WEBMAIL, "22113")
    visitor = _asks(app)
    page = visitor.get(MINE).click("Lannion")
    for _ in range(2):
        page = page.form(button="Envoyer un nouveau code").send()
    page = page.form(button="Envoyer un nouveau code").send(status=409)
    assert "Assez de codes" in page.main
    # Giving the request up and asking anew does not start the count again.
    visitor.get(MINE).click("Lannion").form(button="Abandonner").send()
    assert "Assez de codes" in ask(visitor).text
    assert len(received(sent, WEBMAIL)) == 3
    with clock.at(clock.now() + timedelta(days=1)):
        page = visitor.get(MINE).click("Lannion")
        assert "Un code est parti" in page.form(button="Envoyer un code").send().text


def test_ten_accounts_do_not_flood_a_town_hall(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    for number in range(10):
        _asks(app, f"compte{number}@gmail.com")
    assert len(received(sent, WEBMAIL)) == 10
    # Nor do they close it to the honest: their request is kept, and the moderators’ way is open.
    secretary = someone(app, "secretaire@gmail.com")
    page = ask(secretary)
    assert "Votre demande est gardée. Assez de codes" in page.text
    assert page.form(button="Envoyer un code")
    page.form(button="Demander à l’équipe de modération").send()
    assert membership_of("secretaire@gmail.com").awaits is Proof.MODERATOR
    assert len([m for m in received(sent, WEBMAIL) if "examine sa demande" in m.body]) == 1
    assert level_of("secretaire@gmail.com") is None


def test_whoever_reads_the_mailbox_is_sent_a_code_whatever_others_asked(
    app: Flask, sent: list[EmailMessage]
) -> None:
    """Seen red: when ten codes asked by strangers closed the mailbox to everybody for the day."""
    factories.mailbox(WEBMAIL, "22113")
    factories.mailbox("mairie.plestin@orange.fr", "22194")
    start = clock.now()
    with clock.at(start):
        for number in range(10):
            _asks(app, f"compte{number}@gmail.com")
        ask(someone(app, "ailleurs@gmail.com"), "22194")
        elsewhere = _link(received(sent, "mairie.plestin@orange.fr")[-1])
        secretary = someone(app, "secretaire@gmail.com")
        page = ask(secretary)
    button = "Envoyer un code malgré"
    with clock.at(start + timedelta(hours=23)):
        for wrong in (elsewhere, elsewhere[:-2], ""):
            refused = page.form(button=button).send(link=wrong, status=409)
            assert "le lien d’un message qu’elle a reçu aujourd’hui" in refused.main
        theirs = _link(received(sent, WEBMAIL)[0])
        page = page.form(button=button).send(link=f" {theirs} ")
        code = code_in(received(sent, WEBMAIL)[-1])
        page.form(button="Valider").send(code=code)
        assert level_of("secretaire@gmail.com") is Level.MAY_COMMIT
    assert len(received(sent, WEBMAIL)) >= 11


def test_a_message_of_yesterday_or_a_fourth_code_gives_none(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(WEBMAIL, "22113")
    start = clock.now()
    with clock.at(start - timedelta(days=1)):
        _asks(app, "hier@gmail.com")
        old = _link(received(sent, WEBMAIL)[-1])
    with clock.at(start):
        for number in range(10):
            _asks(app, f"compte{number}@gmail.com")
        new = _link(received(sent, WEBMAIL)[-1])
        page = ask(someone(app, "secretaire@gmail.com"))
        form = page.form(button="Envoyer un code malgré")
        form.send(link=old, status=409)
        for _ in range(3):
            form.send(link=new)
        refused = form.send(link=new, status=409)
        assert "Réessayez demain" in refused.main


def _link(message: EmailMessage) -> str:
    return "http://localhost" + path_in(message, "/rattachements/contester/")


def test_a_code_that_can_no_longer_be_typed_is_not_asked_for(app: Flask) -> None:
    factories.mailbox(WEBMAIL, "22113")
    visitor, start = someone(app, THIEF), clock.now()
    with clock.at(start):
        page = ask(visitor)
        for _ in range(5):
            assert page.form(button="Valider")
            page = page.form(button="Valider").send(code="0000 0000")
        assert "Valider le code" not in page.main
        assert "demandez-en un nouveau" in page.main
    with clock.at(start + timedelta(seconds=1)):
        page = page.form(button="Envoyer un code").send()
        assert page.form(button="Valider")
    with clock.at(start + timedelta(hours=1, seconds=1)):
        assert "Valider le code" not in visitor.get(MINE).click("Lannion").main


def test_the_mailbox_is_sent_an_e_mail_when_the_bearer_becomes_its_referent(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app, "une@gmail.com")
    assert "la personne référente" in received(sent, WEBMAIL)[-1].body
    ask(someone(app, "autre@gmail.com"), level=Level.MEMBER)
    assert "la personne référente" not in received(sent, WEBMAIL)[-1].body
    factories.referent_of("22113")
    _asks(app, "derniere@gmail.com")
    assert "la personne référente" not in received(sent, WEBMAIL)[-1].body
