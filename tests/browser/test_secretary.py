"""A secretary's journey: a village's voice, from a webmail address and a code at the town hall."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make

pytestmark = pytest.mark.browser
# Three hundred inhabitants.
VILLAGE = "42238"
NAME = "Saint-Jean-la-Vêtre"
OFFICIAL = "mairie.village@wanadoo.fr"
EMAIL = "andree.village@orange.fr"
WATER = "Prévenir les habitants d’une coupure d’eau"
CODE = re.compile(r"\b([0-9]{4} [0-9]{4})\b")


def test_a_secretary_becomes_the_voice_of_her_village(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT, slug="essai", title="Nos communes")
    make.published_proposal(consultation, WATER)
    make.mailbox(OFFICIAL, VILLAGE)
    secretary, telephone, town_hall = comes(), comes(), comes()
    _come_from_a_proposal(secretary)
    _sign_in_by_the_code(secretary, telephone)
    _say_who_one_is(secretary)
    _ask_for_the_village_by_keyboard(secretary)
    code = _read_at_the_town_hall(town_hall)
    _type_the_code(secretary, code)
    _support(secretary)
    _see_the_collectivity(secretary)
    _read_the_notice_at_the_town_hall(town_hall)


def _come_from_a_proposal(secretary: Person) -> None:
    secretary.goto("/")
    secretary.follow("Soutenir des propositions")
    secretary.follow(WATER)
    secretary.follow("Se connecter", within=secretary.main)


def _sign_in_by_the_code(secretary: Person, telephone: Person) -> None:
    """The message is read on another device, which the link does not sign in."""
    secretary.fill("Adresse électronique", EMAIL)
    secretary.press("Recevoir un lien de connexion")
    message = telephone.receives(EMAIL).inner_text()
    found = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", message)
    assert found, message
    secretary.fill("Code reçu", found[0].lower())
    secretary.press("Me connecter avec ce code")


def _say_who_one_is(secretary: Person) -> None:
    secretary.fill("Prénom et nom", "Andrée Test")
    secretary.choose("Agent ou agente")
    secretary.fill("Fonction", "secrétaire de mairie")
    secretary.press("Enregistrer")
    secretary.reads(WATER, "Il vous manque un rattachement à une collectivité.")


def _ask_for_the_village_by_keyboard(secretary: Person) -> None:
    page = secretary.page
    secretary.follow("Demander mon rattachement")
    combobox = page.get_by_role("combobox", name="Votre territoire")
    secretary.tab_to(combobox)
    page.keyboard.type("st jean la vetre")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text(NAME)
    secretary.look()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(combobox).to_have_value(re.compile(f"^{NAME}"))
    secretary.tab_to(page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Agent ou agente")).to_be_checked()
    secretary.tab_to(page.get_by_role("radio", name="Contribuer et engager le territoire"))
    secretary.tab_to(page.get_by_role("button", name="Demander"))
    with secretary.arriving():
        page.keyboard.press("Enter")
    secretary.reads(f"Un code est parti à {OFFICIAL}")


def _read_at_the_town_hall(town_hall: Person) -> str:
    """The message says who asks, and for what; whoever reads it gives her the code, or not."""
    message = town_hall.receives(OFFICIAL)
    for words in ("Andrée Test, secrétaire de mairie", EMAIL, NAME, "vous engager", "contestez"):
        expect(message).to_contain_text(words)
    found = CODE.search(message.inner_text())
    assert found
    return found[1]


def _type_the_code(secretary: Person, code: str) -> None:
    wrong = f"{(int(code[0]) + 1) % 10}{code[1:]}"
    secretary.fill("Code reçu par la boîte officielle", wrong)
    secretary.press("Valider le code")
    secretary.reads("Ce n’est pas le code du dernier message envoyé")
    secretary.fill("Code reçu par la boîte officielle", code)
    secretary.press("Valider le code")
    secretary.reads(f"vous pouvez engager {NAME}, et vous en êtes la personne référente.")


def _support(secretary: Person) -> None:
    secretary.navigate("Propositions")
    secretary.follow(WATER)
    secretary.press(f"Soutenir au nom de {NAME}")
    secretary.reads(f"{NAME} soutient cette proposition.", "Soutient depuis le")
    supporters = secretary.page.get_by_role("list", name="Collectivités qui soutiennent")
    expect(supporters.get_by_role("listitem")).to_have_count(1)


def _see_the_collectivity(secretary: Person) -> None:
    secretary.open_account("Ma collectivité")
    secretary.reads(NAME, WATER, "par Andrée Test, secrétaire de mairie", "Référent ou référente")
    secretary.follow("Voir et inviter")
    secretary.reads("Aucune demande en attente.", "Inviter une personne")


def _read_the_notice_at_the_town_hall(town_hall: Person) -> None:
    message = town_hall.receives(OFFICIAL)
    expect(message).to_contain_text("dire qui d’autre le peut")
    expect(message).to_contain_text("sans compte ni mot de passe")
