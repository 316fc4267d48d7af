"""The committee's second journey: it chooses services within the envelope, then all is public."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make
from tests.support.service_choice import Table

pytestmark = pytest.mark.browser
on_a_phone = pytest.mark.parametrize("width", [360], ids=["360px"])
CARRIED = "Alerter les abonnés au bon moment"
OTHER = "Un agenda des salles communales"
NOTE = "La commune n’a pas de quoi financer le reste."


@pytest.fixture
def table(app: Flask) -> Table:
    """Two contributions one can draw a service from, and 100 000 € to do so."""
    table = Table(euros=100_000)
    table.drawable(CARRIED, place=make.territory("22113"))
    table.drawable(OTHER, organisation="Association des agendas")
    return table


def test_the_committee_chooses_services_within_the_envelope(comes: Comes, table: Table) -> None:
    base, member, moderator = table.base, table.member.email, table.moderator.email
    someone, visitor = comes(), comes()
    someone.sign_in(member)
    _find_the_contribution(someone)
    _choose_above_the_usual_share(someone)
    _be_refused_beyond_the_envelope(someone)
    _revise_and_drop(someone)
    visitor.goto(f"{base}/services")
    visitor.reads("Les services ne sont pas encore publiés")
    _publish_the_services(comes(), moderator)
    _read_the_catalogue(visitor, base)


def _find_the_contribution(someone: Person) -> None:
    someone.navigate("Comité")
    someone.step_up()
    someone.goto("/")
    someone.reads("Aucun service n’est encore choisi.")
    someone.navigate("Comité")
    someone.follow("Choix des services")
    someone.follow("Choisir le premier service")
    someone.fill("Mots cherchés", "abonné")
    someone.page.get_by_role("button", name="Filtrer").click()
    someone.reads("1 contribution")
    expect(someone.main).not_to_contain_text(OTHER)
    someone.look()
    someone.follow("Choisir la contribution n° 1")


def _choose_above_the_usual_share(someone: Person) -> None:
    expect(someone.field("Nom du service")).to_have_value(CARRIED)
    _cost(someone, "80 000", "60 000")
    someone.press("Retenir ce service", status=422)
    someone.reads("La part de l’État dépasse 50 % du coût : dites pourquoi.")
    someone.fill("Note", NOTE)
    someone.press("Retenir ce service")
    someone.reads(f"Le service « {CARRIED} » est retenu.", "porté par Lannion", NOTE)


def _be_refused_beyond_the_envelope(someone: Person) -> None:
    someone.follow("Choisir un service")
    someone.reads(f"Déjà retenue : {CARRIED}")
    someone.follow("Choisir la contribution n° 2")
    expect(someone.page.get_by_label("Un autre organisme")).to_be_checked()
    _cost(someone, "100 000", "50 000")
    someone.press("Retenir ce service", status=409)
    someone.reads("Il reste 40 000 € sur l’enveloppe : 50 000 € n’y tiennent pas.")
    someone.fill("Part de l’État, en euros", "40 000,00")
    someone.press("Retenir ce service")
    someone.reads("2 services choisis", "porté par Association des agendas")


def _cost(someone: Person, total: str, state: str) -> None:
    someone.fill("Description", "Ce qui sera construit, et pour qui.")
    someone.fill("Coût total du service, en euros", total)
    someone.fill("Part de l’État, en euros", state)


def _revise_and_drop(someone: Person) -> None:
    someone.follow(f"Revoir le service {CARRIED}")
    someone.reads("Il reste 60 000 € sur l’enveloppe.")
    someone.fill("Part de l’État, en euros", "30 000")
    someone.fill("Note", "")
    someone.press("Enregistrer", exact=True)
    someone.reads(f"Le service « {CARRIED} » est à jour.", "37,5 %")
    someone.follow(f"Retirer le service {OTHER}")
    someone.press("Retirer ce service")
    someone.reads(f"Le service « {OTHER} » n’est plus retenu.", "1 service choisi")


def _publish_the_services(someone: Person, email: str) -> None:
    someone.sign_in(email)
    someone.navigate("Comité")
    someone.step_up()
    someone.follow("Choix des services")
    someone.follow("Publier les services")
    someone.reads("1 service devient public")
    someone.press("Publier les services lauréats")
    someone.reads("Les services lauréats sont publiés ; les auteurs en sont informés.")


def _read_the_catalogue(visitor: Person, base: str) -> None:
    visitor.goto(base)
    visitor.reads("Les services lauréats sont connus")
    visitor.navigate("Services")
    visitor.reads("1 service lauréat", "30 000 €")
    visitor.follow(CARRIED)
    visitor.reads("37,5 % d’un coût de 80 000 €", "Lannion", f"Contribution n° 1 {CARRIED}")
    expect(visitor.main).not_to_contain_text(NOTE)
    visitor.follow(CARRIED, within=visitor.main)
    assert visitor.page.url.endswith(f"{base}/contributions/1")


@on_a_phone
def test_a_service_is_chosen_without_scripts(comes: Comes, table: Table) -> None:
    base, email = table.base, table.member.email
    someone = comes(scripts=False)
    someone.sign_in(email)
    someone.goto(f"{base}/comite/services/nouveau")
    someone.step_up()
    someone.fill("Mots cherchés", "agendas")
    someone.press("Filtrer")
    someone.follow("Choisir la contribution n° 2")
    someone.choose("Une collectivité ou un groupement")
    someone.fill("Collectivité ou groupement", "guingamp")
    someone.press("Chercher Collectivité ou groupement")
    someone.choose("Guingamp (22)")
    _cost(someone, "20 000", "10 000")
    someone.press("Retenir ce service")
    someone.reads(f"Le service « {OTHER} » est retenu.", "porté par Guingamp")
