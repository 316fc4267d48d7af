"""Home shows moderators what awaits them, whatever the moment."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.calendar.models import Consultation
from app.gate.actors import Role
from app.phases import Phase
from tests.support import factories
from tests.support.contests import MAILBOX, contest, decide, desk_of, membership_link, supported
from tests.support.memberships import ask, someone
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

BUDGET = 10


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


def test_what_awaits_a_moderator_is_counted_and_linked(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    desk = desk_of(app)
    assert "Rattachements et mandats" not in desk.get("/").main
    ask(someone(app, "elu@gmail.com"), "22168")
    page = desk.get("/")
    assert "Une demande de rattachement attend une réponse" in page.main
    assert page.click("Une demande de rattachement").heading == "Rattachements à confirmer"
    link = membership_link(app, sent)
    supported(MAILBOX, consultation)
    contest(app, link)
    page = desk.get("/")
    assert page.click("Une contestation attend une décision").heading == "Contestations"
    decide(desk_of(app), "end")
    with statements() as read:
        page = desk.get("/")
    assert len(read) <= BUDGET, read
    assert "attend une décision" not in page.main
    assert "Une contestation retenue a des actes à juger" in page.main


def test_a_moderator_who_has_not_confirmed_is_led_to_do_so(
    app: Flask, consultation: Consultation
) -> None:
    ask(someone(app, "elu@gmail.com"), "22168")
    theirs = Visitor(app).sign_in(factories.moderator(), stepped_up=False)
    page = theirs.get("/")
    assert "Confirmez que c’est bien vous" in page.main
    assert "attend une réponse" not in page.main


def test_nobody_else_sees_it(app: Flask, consultation: Consultation) -> None:
    ask(someone(app, "elu@gmail.com"), "22168")
    here = factories.appointed(Role.MODERATOR, consultation)
    for who in (here, factories.administrator(), factories.person()):
        page = Visitor(app).sign_in(who).get("/")
        assert "attend une réponse" not in page.main
        assert "Confirmez que" not in page.main


def test_the_page_of_a_request_says_what_is_known(app: Flask, consultation: Consultation) -> None:
    mailbox = "mairie.perros@orange.fr"
    factories.mailbox(mailbox, "22168", "22113", website="https://www.perros-guirec.com")
    factories.belongs(factories.person(full_name="Rozenn Reconnue"), factories.territory("22168"))
    ask(someone(app, "elu@gmail.com"), "22168")
    listed = desk_of(app).get("/moderation/rattachements")
    assert "pour engager le territoire" in listed.main
    assert "attend depuis moins d’un jour" in listed.main
    page = listed.click("Perros-Guirec")
    for words in (
        mailbox,
        "www.perros-guirec.com",
        "partagée avec d’autres territoires",
        "chez un fournisseur où chacun peut ouvrir une boîte",
        "Rozenn Reconnue",
        "engager le territoire",
    ):
        assert words in page.main
