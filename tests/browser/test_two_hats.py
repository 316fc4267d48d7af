"""A mayor who chairs an intercommunality: always reading, and choosing, for whom they act."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.gate.actors import TerritoryKind
from app.identity.models import Profile
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.passing import support_begins
from tests.browser.person import Person
from tests.support import factories as make

pytestmark = pytest.mark.browser
VILLAGE = "42238"
EPCI = "200065886"
COMMUNE = "Saint-Jean-la-Vêtre"
AGGLOMERATION = "CA Loire Forez Agglomération (LFA)"
TITLE = "Partager un agenda entre communes"
WATER = "Prévenir les habitants d’une coupure d’eau"
SUPPORTING = "Soutenir au nom de"


def test_a_mayor_and_president_acts_for_one_at_a_time(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai", title="Nos communes")
    consultation_id = consultation.id
    mayor = make.person(full_name="Bernard Test", profile=Profile.ELECTED, function="maire")
    make.belongs(mayor, make.territory(VILLAGE), referent=True)
    make.belongs(mayor, make.territory(EPCI, TerritoryKind.EPCI))
    email = mayor.email
    someone, visitor = comes(), comes()
    someone.sign_in(email)
    _contribute_for_the_intercommunality(someone)
    make.published_proposal(consultation, WATER)
    support_begins(consultation_id)
    _support_for_the_commune_alone(someone)
    _see_each_of_them(someone)
    _everyone_sees_who_did_what(visitor)


def _contribute_for_the_intercommunality(someone: Person) -> None:
    """Nothing is chosen for them: whoever forgets to say is asked."""
    someone.follow("Déposer une contribution")
    whom = someone.field("Au nom de")
    expect(whom.get_by_role("option")).to_contain_text(["Choisir", AGGLOMERATION, COMMUNE])
    someone.choose("Besoin")
    someone.fill("Titre", TITLE)
    someone.select("Thématique", "Culture")
    someone.fill("Bénéficiaires", "Les secrétaires de mairie")
    someone.fill("Description", "Chaque commune tient le sien.")
    someone.press("Déposer la contribution", status=422)
    someone.reads("Dites au nom de qui vous écrivez.")
    someone.select("Au nom de", AGGLOMERATION)
    someone.press("Déposer la contribution")
    someone.reads("Votre contribution n° 1 est déposée.", AGGLOMERATION)
    expect(someone.under("Qui l’a déposée")).not_to_contain_text(COMMUNE)


def _support_for_the_commune_alone(someone: Person) -> None:
    """Both are there, each by its name; the rules of 2021 leave intercommunalities no voice."""
    someone.goto("/")
    someone.follow("Soutenir des propositions")
    someone.follow(WATER)
    commune, intercommunality = someone.under(COMMUNE), someone.under(AGGLOMERATION)
    expect(intercommunality).to_contain_text(
        "Dans cette consultation, les intercommunalités ne peuvent pas soutenir une proposition."
    )
    expect(intercommunality.get_by_role("button")).to_have_count(0)
    expect(commune.get_by_role("button", name=SUPPORTING)).to_be_visible()
    someone.tab_to(commune.get_by_role("button", name=f"{SUPPORTING} {COMMUNE}"))
    with someone.arriving():
        someone.page.keyboard.press("Enter")
    someone.reads(f"{COMMUNE} soutient cette proposition.")
    expect(commune).to_contain_text("Soutient depuis le")
    expect(intercommunality).not_to_contain_text("Soutient depuis le")


def _see_each_of_them(someone: Person) -> None:
    someone.open_account("Ma collectivité")
    _shows(someone, AGGLOMERATION, own=TITLE, other=WATER)
    someone.follow(f"Voir {COMMUNE}")
    _shows(someone, COMMUNE, own=WATER, other=TITLE)


def _shows(someone: Person, name: str, *, own: str, other: str) -> None:
    """The page is about one of them, and shows nothing of the other."""
    expect(someone.main.get_by_role("heading", level=1)).to_have_text(name)
    someone.reads(own)
    expect(someone.main).not_to_contain_text(other)


def _everyone_sees_who_did_what(visitor: Person) -> None:
    visitor.goto(f"/territoires/epci/{EPCI}")
    visitor.reads(TITLE, "Ce territoire ne soutient aucune proposition pour l’instant.")
    visitor.navigate("Propositions")
    visitor.follow(WATER)
    supporters = visitor.page.get_by_role("list", name="Collectivités qui soutiennent")
    expect(supporters.get_by_role("listitem")).to_have_text([f"{COMMUNE} 42"])
    visitor.navigate("Journal")
    visitor.reads(f"{COMMUNE} soutient la proposition n° 1.")
    expect(visitor.main).not_to_contain_text("Bernard")
