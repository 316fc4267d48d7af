"""A contest's journey: from the town hall's mailbox to a moderator, and to the public tally."""

from __future__ import annotations

import re

import pytest
from flask import current_app
from playwright.sync_api import expect

from app.authority.memberships.codes.operations import redeem_code
from app.authority.memberships.codes.queries import latest_code
from app.authority.memberships.models import Capacity
from app.authority.memberships.operations import request_membership
from app.authority.memberships.queries import own_membership
from app.calendar.models import Consultation
from app.db import transaction
from app.gate.actors import Level
from app.identity.models import Person as PersonRow
from app.phases import Phase
from app.tokens import mailbox_code
from consultation.proposals.models import Proposal
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make
from voting.supports.operations import give_support

pytestmark = pytest.mark.browser
VILLAGE, OTHER = "42238", "63332"
COMMUNE = "Saint-Jean-la-Vêtre"
OFFICIAL = "mairie.village@wanadoo.fr"
EMAIL = "alex.village@orange.fr"
WATER = "Prévenir les habitants d’une coupure d’eau"
AGENDA = "Partager un agenda entre communes"
OBJECTION = "Alex a quitté la mairie l’an dernier et a lu le code sur place."
DECISION = "La mairie confirme son départ ; le code n’était pas pour cette personne."
PUBLIC = "Donné par une personne qui n’appartient plus à la commune."
TALLY = "Collectivités qui soutiennent"


def test_a_moderator_decides_a_contest(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT, slug="essai", title="Nos communes")
    water = make.published_proposal(consultation, WATER)
    make.published_proposal(consultation, AGENDA)
    make.mailbox(OFFICIAL, VILLAGE)
    _another_commune_supports(consultation, water)
    person = make.person(email=EMAIL, full_name="Alex Test", function="agent d’accueil")
    _be_granted_by_the_code(person)
    moderator_email = make.moderator().email
    alex, town_hall, moderator, visitor = comes(), comes(), comes(), comes()
    alex.sign_in(EMAIL)
    _support(alex)
    _contest_from_the_mailbox(town_hall)
    _be_refused(alex)
    moderator.sign_in(moderator_email)
    _decide(moderator)
    _both_sides_receive(town_hall, DECISION)
    _annul_the_support(moderator)
    _everyone_reads_it(visitor)
    _both_sides_receive(town_hall, PUBLIC)


def _another_commune_supports(consultation: Consultation, proposal: Proposal) -> None:
    agent = make.agent_of(OTHER)
    with transaction():
        ctx = make.acting(agent, consultation)
        give_support(proposal, on_behalf_of=make.territory(OTHER), ctx=ctx)


def _be_granted_by_the_code(person: PersonRow) -> None:
    with transaction():
        asked = request_membership(
            make.territory(VILLAGE),
            capacity=Capacity.AGENT,
            wanted=Level.MAY_COMMIT,
            ctx=make.acting(person),
        )
    with transaction():
        code, membership = latest_code(asked), own_membership(asked.id, person.id)
        assert code is not None
        assert membership is not None
        typed = mailbox_code(current_app.config["SECRET_KEY"], code.id)
        assert redeem_code(membership, typed, ctx=make.acting(person))


def _support(alex: Person) -> None:
    alex.goto("/consultations/essai/propositions/1")
    alex.press(f"Soutenir au nom de {COMMUNE}")
    _counts(alex, "Saint-Clément-de-Régnat 63", f"{COMMUNE} 42")
    alex.navigate("Propositions")
    alex.follow(AGENDA)


def _counts(someone: Person, *supporters: str) -> None:
    """Find these supporters, in order, and their number."""
    named = someone.page.get_by_role("list", name=TALLY).get_by_role("listitem")
    expect(named).to_have_text([*supporters])
    tally = re.compile(rf"collectivités? soutien(t|nent)\s*{len(supporters)}\b")
    expect(someone.main).to_contain_text(tally)


def _contest_from_the_mailbox(town_hall: Person) -> None:
    """No account, and reading the page changes nothing."""
    message = town_hall.receives(OFFICIAL)
    expect(message).to_contain_text("Alex Test, agent d’accueil")
    town_hall.follow("/rattachements/contester/", within=message)
    town_hall.reads("Alex Test", EMAIL, "contribuer en votre nom et vous engager")
    town_hall.press("Contester", status=422, exact=True)
    town_hall.reads("à corriger")
    town_hall.main.get_by_role("textbox").fill(OBJECTION)
    town_hall.press("Contester", exact=True)
    town_hall.reads("C’est contesté", "suspendu")


def _be_refused(alex: Person) -> None:
    """From a page opened before, which still showed the button."""
    alex.press(f"Soutenir au nom de {COMMUNE}", status=403)
    alex.reads("habilité", "Aucune collectivité pour l’instant.")
    alex.open_account("Mes rattachements")
    alex.follow(COMMUNE)
    alex.reads("Ce rattachement est contesté : l’équipe de modération statuera.")


def _decide(moderator: Person) -> None:
    moderator.open_account("Contestations")
    moderator.step_up()
    moderator.follow(COMMUNE)
    moderator.reads(OBJECTION, "La boîte officielle", "Alex Test", WATER)
    expect(moderator.main.get_by_role("link", name="Annuler ce soutien")).to_have_count(0)
    moderator.choose("Mettre fin : la contestation est retenue")
    moderator.press("Décider", status=422)
    moderator.reads("Dites pourquoi.")
    moderator.fill("Raison donnée aux deux parties", DECISION)
    moderator.press("Décider")
    moderator.reads("La contestation est retenue", DECISION)


def _annul_the_support(moderator: Person) -> None:
    """For a public reason, which names nobody."""
    moderator.follow("Annuler ce soutien")
    moderator.reads(COMMUNE, WATER)
    moderator.fill("Raison, publique", "Alex Test n’est plus de la commune.")
    moderator.press("Prononcer l’annulation", status=422)
    moderator.reads("Cette raison nomme une personne : elle est publique.")
    moderator.fill("Raison, publique", PUBLIC)
    moderator.press("Prononcer l’annulation")
    moderator.reads("C’est annulé", "Rien qui tienne encore.")


def _everyone_reads_it(visitor: Person) -> None:
    visitor.goto("/consultations/essai/propositions/1")
    _counts(visitor, "Saint-Clément-de-Régnat 63")
    visitor.navigate("Journal")
    visitor.reads(f"Le soutien de {COMMUNE} à la proposition n° 1 est annulé", f"Raison : {PUBLIC}")
    for private in ("Alex", OBJECTION, DECISION):
        expect(visitor.main).not_to_contain_text(private)


def _both_sides_receive(mailboxes: Person, reason: str) -> None:
    for address in (EMAIL, OFFICIAL):
        expect(mailboxes.receives(address)).to_contain_text(reason)
