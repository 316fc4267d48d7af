"""A referent's journeys: a collectivity answers the call, its members see it, the call closes."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.db import db, transaction
from app.gate.actors import TerritoryKind
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make
from tests.support.participations import JOIN, LEAVE, REFER, SWITCH

pytestmark = pytest.mark.browser
VILLAGE = "63332"
EPCI = "200065886"
WATER = "Prévenir les habitants d’une coupure d’eau"
AGENDA = "Partager un agenda entre communes"
BASE = "/consultations/essai"
CALL = f"{BASE}/ami/1"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """A call for interest in two proposals."""
    made = make.consultation(phase=Phase.AMI, slug="essai", title="Nos communes")
    for title in (WATER, AGENDA):
        make.selected_proposal(made, title)
    return made


def test_a_commune_becomes_referent_leaves_and_comes_back(
    comes: Comes, consultation: Consultation
) -> None:
    village = make.territory(VILLAGE)
    secretary = make.person(full_name="Andrée Test", function="secrétaire de mairie")
    mayor = make.person(full_name="Bernard Test", function="maire")
    for member in (secretary, mayor):
        make.belongs(member, village)
    emails, name, consultation_id = (secretary.email, mayor.email), village.name, consultation.id
    someone, colleague, visitor = comes(), comes(), comes()
    someone.sign_in(emails[0])
    _answer(someone, name)
    colleague.sign_in(emails[1])
    _see_it_as_a_colleague(colleague)
    _everyone_sees_it(visitor, name)
    _leave_twice_and_come_back(colleague, someone, name)
    _find_it_closed(someone, consultation_id, name)


def _answer(someone: Person, name: str) -> None:
    someone.goto("/")
    someone.reads("Devenez territoire référent")
    someone.follow("Choisir une proposition retenue")
    someone.reads("2 propositions retenues", "Peuvent le devenir : les communes")
    someone.follow(WATER)
    someone.reads("Aucun territoire référent pour l’instant.")
    someone.press(f"{REFER} au nom de {name}")
    someone.reads(f"{name} est territoire référent de cette proposition.")
    someone.reads("Territoire référent depuis le", "Et ensuite")
    someone.navigate("Territoires référents")
    someone.reads("Votre collectivité est référente")
    someone.open_account("Ma collectivité")
    someone.reads(name, "Propositions retenues auxquelles elle participe", "par Andrée Test")
    someone.follow(WATER)
    _offers(someone, SWITCH, LEAVE)


def _see_it_as_a_colleague(colleague: Person) -> None:
    colleague.open_account("Ma collectivité")
    colleague.reads("par Andrée Test, secrétaire de mairie", "Territoire référent")
    colleague.follow(WATER)
    colleague.reads("Territoire référent depuis le")
    _offers(colleague, SWITCH, LEAVE)


def _everyone_sees_it(visitor: Person, name: str) -> None:
    visitor.goto(CALL)
    referents = visitor.page.get_by_role("list", name="Territoires référents")
    expect(referents.get_by_role("listitem")).to_have_count(1)
    visitor.follow(name, within=referents)
    visitor.reads("Propositions retenues auxquelles ce territoire participe", WATER)
    expect(visitor.main).not_to_contain_text("Test")


def _leave_twice_and_come_back(colleague: Person, someone: Person, name: str) -> None:
    """One leaves after a colleague did, on a page that does not know it yet, and comes back."""
    left = f"{name} ne participe plus à la suite de cette proposition."
    for each in (colleague, someone):
        each.press(f"{LEAVE} de cet appel, au nom de {name}")
        each.reads(left, "Aucun territoire référent pour l’instant.")
        _offers(each, REFER, JOIN)
    someone.press(JOIN)
    someone.reads(f"{name} participe au groupe de travail de cette proposition.")
    _offers(someone, REFER, LEAVE)
    someone.press(REFER)
    someone.reads("Territoire référent depuis le", "Aucun membre pour l’instant.")


def _find_it_closed(someone: Person, consultation_id: UUID, name: str) -> None:
    """What is sent from a page opened before the close is refused, and one's part is kept."""
    _close(consultation_id)
    someone.press(LEAVE, status=409)
    someone.reads("La phase « Appel à manifestation d’intérêt » est close depuis le")
    someone.reads("Territoire référent depuis le")
    _offers(someone)
    someone.goto(f"{BASE}/ami")
    someone.reads("L’appel est clos : on ne peut plus y répondre.")
    someone.follow(AGENDA)
    someone.reads("Aucun territoire ne s’est déclaré référent.")
    _offers(someone)


def _close(consultation_id: UUID) -> None:
    with transaction():
        db.session.execute(
            update(PhaseWindow)
            .where(PhaseWindow.consultation_id == consultation_id, PhaseWindow.phase == Phase.AMI)
            .values(closes_at=clock.now())
        )


def _offers(someone: Person, *acts: str) -> None:
    """Find the buttons of these acts, and of no other."""
    for act in (REFER, JOIN, SWITCH, LEAVE):
        button = someone.main.get_by_role("button", name=act)
        expect(button).to_have_count(1 if act in acts else 0)


def test_an_intercommunality_may_only_join_the_working_group(
    comes: Comes, consultation: Consultation
) -> None:
    email = make.agent_of(EPCI, TerritoryKind.EPCI).email
    someone = comes()
    someone.sign_in(email)
    someone.goto(CALL)
    someone.reads("les intercommunalités ne peuvent pas devenir territoire référent")
    _offers(someone, JOIN)
    someone.press(JOIN)
    someone.reads("participe au groupe de travail de cette proposition.")
    someone.reads("Au groupe de travail depuis le")
    _offers(someone, LEAVE)
    someone.open_account("Ma collectivité")
    someone.reads(WATER, "Membre du groupe de travail")


def test_the_keyboard_alone_makes_a_commune_referent(
    comes: Comes, consultation: Consultation
) -> None:
    email = make.agent_of(VILLAGE).email
    someone = comes()
    someone.sign_in(email)
    someone.goto(f"{BASE}/ami")
    page = someone.page
    someone.tab_to(someone.main.get_by_role("link", name=AGENDA))
    with someone.arriving():
        page.keyboard.press("Enter")
    someone.tab_to(someone.main.get_by_role("button", name=REFER))
    with someone.arriving():
        page.keyboard.press("Enter")
    someone.reads("est territoire référent de cette proposition.")
