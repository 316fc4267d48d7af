"""A collectivity's journey: one support, however many hands give it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.calendar.models import Consultation
from app.db import transaction
from app.gate.actors import TerritoryKind
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.browser.conftest import Comes, at_both_widths
from tests.browser.person import Person
from tests.support import factories as make
from voting.supports.operations import give_support

pytestmark = pytest.mark.browser
VILLAGE = "63332"
EPCI = "200065886"
WATER = "Prévenir les habitants d’une coupure"
AGENDA = "Partager un agenda entre communes"


@at_both_widths
def test_a_small_commune_supports_once(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT, slug="essai", title="Nos communes")
    make.published_proposal(consultation, WATER)
    agenda = make.published_proposal(consultation, AGENDA)
    village = make.territory(VILLAGE)
    secretary = make.person(full_name="Andrée Test", function="secrétaire de mairie")
    make.belongs(secretary, village)
    _a_colleague_supports(consultation, village, agenda)
    email, name = secretary.email, village.name
    someone = comes()
    someone.sign_in(email)
    someone.navigate("Propositions")
    someone.reads("2 propositions", "Votre collectivité la soutient")
    someone.follow(WATER)
    someone.reads("Aucune collectivité pour l’instant.")
    _support_from_two_tabs(someone, name)
    someone.press(f"Retirer le soutien de {name}")
    someone.reads(f"Le soutien de {name} est retiré.", "Aucune collectivité pour l’instant.")
    someone.press(f"Soutenir au nom de {name}")
    _supported_once(someone, name)
    someone.open_account("Ma collectivité")
    someone.reads(name, WATER, "par Andrée Test", AGENDA, "par Bernard Test, maire", "Membres")
    someone.follow("Voir sa page publique")
    someone.reads(WATER, AGENDA)
    expect(someone.main).not_to_contain_text("Test")


def _a_colleague_supports(
    consultation: Consultation, village: Territory, proposal: Proposal
) -> None:
    mayor = make.person(full_name="Bernard Test", function="maire")
    make.belongs(mayor, village)
    with transaction():
        give_support(proposal, on_behalf_of=village, ctx=make.acting(mayor, consultation))


def _support_from_two_tabs(someone: Person, name: str) -> None:
    """The second tab still shows the button: pressing it again changes nothing."""
    first, second = someone.page, someone.context.new_page()
    second.goto(first.url)
    someone.press(f"Soutenir au nom de {name}")
    someone.reads(f"{name} soutient cette proposition.")
    _supported_once(someone, name)
    someone.page = second
    someone.press(f"Soutenir au nom de {name}")
    _supported_once(someone, name)
    second.close()
    someone.page = first


def _supported_once(someone: Person, name: str) -> None:
    someone.reads("collectivité soutient", "Soutient depuis le")
    supporters = someone.page.get_by_role("list", name="Collectivités qui soutiennent")
    expect(supporters.get_by_role("listitem")).to_have_count(1)
    expect(supporters).to_contain_text(name)


def test_an_agent_of_an_intercommunality_reads_why_it_cannot(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT, slug="essai", title="Nos communes")
    make.published_proposal(consultation, WATER)
    agent = make.agent_of(EPCI, TerritoryKind.EPCI).email
    someone = comes()
    someone.sign_in(agent)
    someone.goto("/consultations/essai/propositions/1")
    someone.reads("les intercommunalités ne peuvent pas soutenir une proposition")
    someone.reads("Les règles de la consultation disent qui peut faire quoi.")
    expect(someone.page.get_by_role("button", name="Soutenir")).to_have_count(0)
    someone.navigate("Calendrier")
    row = someone.main.get_by_role("row").filter(has_text="Peuvent soutenir une proposition")
    expect(row).to_contain_text("les communes")
    expect(row).not_to_contain_text("intercommunalités")
