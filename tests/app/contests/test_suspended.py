"""A membership that is suspended: its person reads it and is heard, referents are sent it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.db import transaction
from app.gate.actors import Level
from app.identity.models import Person
from app.phases import Phase
from tests.support import factories
from tests.support.contests import (
    DESK,
    INTRUDER,
    LANNION,
    MAILBOX,
    contest,
    decide,
    desk_of,
    happened,
    membership_link,
    person_at,
)
from tests.support.memberships import membership_of, received
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

REPLY = "Je suis secrétaire de mairie depuis 2019."
MEMBERS = "/ma-collectivite/membres"


@pytest.fixture
def suspended(app: Flask, sent: list[EmailMessage]) -> Visitor:
    """An agent of Lannion whom its mailbox contests, in their browser."""
    contest(app, membership_link(app, sent))
    return Visitor(app).sign_in(person_at(MAILBOX))


def _says_so(page: Page) -> None:
    assert "suspendu : Lannion" in page.main
    assert "L’équipe de modération va statuer" in page.main
    assert "Demander mon rattachement" not in page.main


@pytest.mark.parametrize(
    ("phase", "path"),
    [
        (Phase.SUPPORT, "propositions/1"),
        (Phase.AMI, "ami/1"),
        (Phase.COLLECTION, "contributions/nouvelle"),
    ],
)
def test_each_page_of_an_act_says_it_is_suspended(
    app: Flask, suspended: Visitor, phase: Phase, path: str
) -> None:
    consultation = factories.consultation(phase=phase)
    slug = consultation.slug
    if phase is Phase.SUPPORT:
        factories.published_proposal(consultation)
    if phase is Phase.AMI:
        factories.selected_proposal(consultation)
    _says_so(suspended.get(f"/consultations/{slug}/{path}"))


def test_their_collectivity_says_so_too(suspended: Visitor) -> None:
    factories.consultation()
    page = suspended.get("/mon-compte").click("Ma collectivité")
    _says_so(page)
    assert "Répondre à la contestation" in page.click("Répondre à l’équipe").heading


def test_the_moderators_read_the_reply_and_nobody_else_does(
    app: Flask, suspended: Visitor, sent: list[EmailMessage]
) -> None:
    [mail] = [each for each in received(sent, MAILBOX) if "est contesté" in each.subject]
    assert f"{membership_of(MAILBOX).id}/repondre" in mail.body
    page = suspended.get(f"/mon-compte/rattachements/{membership_of(MAILBOX).id}")
    form = page.click("Répondre à l’équipe").form(button="Envoyer")
    assert "est transmise" in form.send(reply=REPLY).text
    form.send(reply=REPLY)
    assert happened("ContestReplied") == 1
    assert REPLY in desk_of(app).get(DESK).click("Lannion").main
    again = suspended.get(form.action).form(button="Envoyer")
    assert again.fields["reply"] == [REPLY]
    other = Visitor(app).sign_in(factories.agent_of(LANNION))
    assert REPLY not in other.get(MEMBERS).text
    other.get(form.action, status=404)


def test_nothing_is_replied_once_it_is_decided(app: Flask, suspended: Visitor) -> None:
    path = f"/mon-compte/rattachements/{membership_of(MAILBOX).id}/repondre"
    form = suspended.get(path).form(button="Envoyer")
    assert "Écrivez votre réponse" in form.send(reply=" ", status=422).main
    decide(desk_of(app), "uphold")
    form.send(reply=REPLY, status=409)
    assert "n’attend de décision" in suspended.get(path).main
    assert happened("ContestReplied") == 0


def test_a_contest_that_suspends_nothing_is_not_shown(app: Flask) -> None:
    where = factories.territory(LANNION)
    accused = factories.person(full_name="Alix Accusée")
    factories.belongs(accused, where)
    path = f"/ma-collectivite/membres/{membership_of(accused.email).id}/contester"
    colleague = Visitor(app).sign_in(factories.agent_of(LANNION))
    colleague.get(path).form(button="Contester").send(reason="Je ne la connais pas.")
    theirs = Visitor(app).sign_in(accused)
    page = theirs.get(f"/mon-compte/rattachements/{membership_of(accused.email).id}/repondre")
    assert "n’attend de décision" in page.main


def _referents() -> list[Person]:
    return [factories.referent_of(LANNION) for _ in range(2)]


def test_the_other_referents_are_sent_it_and_the_members_page_marks_it(
    app: Flask, sent: list[EmailMessage]
) -> None:
    first, second = _referents()
    accused = factories.person(full_name=INTRUDER)
    factories.belongs(accused, factories.territory(LANNION), level=Level.MEMBER)
    addresses = first.email, second.email, accused.email
    path = f"/ma-collectivite/membres/{membership_of(accused.email).id}/contester"
    theirs = Visitor(app).sign_in(first)
    page = theirs.get(path).form(button="Contester").send(reason="Parti chez un éditeur.")
    recipients = [
        address
        for address in addresses
        if any("est suspendu" in mail.subject for mail in received(sent, address))
    ]
    assert recipients == [addresses[1]]
    assert INTRUDER in page.main
    assert "Suspendu" in page.main
    assert "Parti chez un éditeur." not in received(sent, addresses[1])[-1].body


def test_a_request_that_is_contested_is_no_member(app: Flask, sent: list[EmailMessage]) -> None:
    contest(app, membership_link(app, sent))
    with transaction():
        membership_of(MAILBOX).given_at = None
    page = Visitor(app).sign_in(factories.agent_of(LANNION)).get(MEMBERS)
    assert INTRUDER not in page.main


def test_the_mailbox_reads_that_its_contest_is_received(
    app: Flask, sent: list[EmailMessage]
) -> None:
    link = membership_link(app, sent)
    contest(app, link)
    mail = next(each for each in received(sent, MAILBOX) if "est reçue" in each.subject)
    for words in (INTRUDER, "Lannion", "vous écrira sa décision", "une erreur", link):
        assert words in mail.body
