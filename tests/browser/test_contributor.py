"""A contributor's journey: from a first sign-in to a contribution that everyone reads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.authority.memberships.models import Membership
from app.authority.memberships.operations import grant_membership
from app.authority.memberships.queries import membership as read
from app.db import db, transaction
from app.gate.actors import Level
from app.identity.models import Person as PersonRow
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make

pytestmark = pytest.mark.browser
EMAIL = "agente@lannion.exemple.fr"
TITLE = "Prévenir les habitants d’une coupure d’eau"
TEXT = "Les abonnés l’apprennent au robinet.\n\nUn message la veille suffirait."


def test_a_contributor_says_what_their_commune_needs(comes: Comes) -> None:
    make.consultation(phase=Phase.COLLECTION, slug="essai", title="Le numérique de nos communes")
    someone = comes()
    someone.goto("/")
    someone.follow("Déposer une contribution", within=someone.main)
    someone.ask_for_a_link(EMAIL)
    _complete_profile(someone)
    _keep_a_draft(someone)
    someone.follow("Demander mon rattachement à un territoire")
    _ask_for_membership_by_keyboard(someone)
    _be_granted()
    someone.open_account("Mes contributions")
    _deposit(someone)
    _edit(someone)
    _find_in_the_list(someone)
    _deposit_another_and_withdraw_it(someone)
    someone.open_account("Mon compte")
    someone.page.locator("details[data-menu] > summary").click()
    someone.press("Se déconnecter")
    someone.reads("Votre session est fermée")


def _complete_profile(someone: Person) -> None:
    someone.reads("ne sont jamais publics")
    someone.fill("Prénom et nom", "Camille Le Gall")
    someone.press("Enregistrer", status=422)
    someone.reads("2 informations sont à corriger")
    expect(someone.page.get_by_label("Prénom et nom")).to_have_value("Camille Le Gall")
    someone.choose("Agent ou agente")
    someone.fill("Fonction", "secrétaire de mairie")
    someone.press("Enregistrer")


def _keep_a_draft(someone: Person) -> None:
    """The link led back to the form one wanted; without a membership, it keeps a draft."""
    someone.reads("Il vous manque un rattachement pour déposer")
    expect(someone.page.get_by_role("button", name="Déposer la contribution")).to_have_count(0)
    someone.choose("Besoin")
    someone.fill("Titre", TITLE)
    someone.press("Enregistrer le brouillon")
    someone.reads("Votre brouillon est enregistré")


def _ask_for_membership_by_keyboard(someone: Person) -> None:
    page = someone.page
    someone.tab_to(page.get_by_role("combobox", name="Votre territoire"))
    page.keyboard.type("lanion")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("Lannion")
    someone.look()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox")).to_have_value(re.compile("^Lannion"))
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Agent ou agente")).to_be_checked()
    someone.tab_to(page.get_by_role("button", name="Demander"))
    with someone.arriving():
        page.keyboard.press("Enter")
    someone.reads("Lannion", "En attente de réponse")


def _be_granted() -> None:
    """A moderator's part, which has its own journey."""
    db.session.rollback()
    membership = db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(joinedload(Membership.person), joinedload(Membership.territory))
        .where(PersonRow.email == EMAIL)
    ).one()
    for _ in range(2):
        ctx = make.acting(make.moderator())
        with transaction():
            found = read(membership.id)
            assert found is not None
            grant_membership(found, level=Level.MEMBER, evidence="Appel à la mairie.", ctx=ctx)


def _deposit(someone: Person) -> None:
    someone.follow("Compléter")
    someone.select("Thématique", "Mobilité")
    someone.fill("Description", TEXT)
    someone.press("Déposer la contribution", status=422)
    someone.reads("Une information est à corriger", "Dites qui sont les bénéficiaires.")
    expect(someone.page.get_by_label("Titre")).to_have_value(TITLE)
    expect(someone.page.get_by_label("Description")).to_have_value(TEXT)
    someone.fill("Bénéficiaires", "Les abonnés au service de l’eau")
    someone.press("Déposer la contribution")
    someone.reads("Votre contribution n° 1 est déposée.", "Lannion", "secrétaire de mairie")
    expect(someone.main).not_to_contain_text("Camille")


def _edit(someone: Person) -> None:
    someone.follow("Modifier ma contribution")
    someone.fill("Titre", f"{TITLE} la veille")
    someone.press("Enregistrer les modifications")
    someone.reads("Votre contribution est à jour.", f"{TITLE} la veille")


def _find_in_the_list(someone: Person) -> None:
    someone.navigate("Contributions")
    someone.fill("Rechercher", "coupures eau")
    with someone.page.expect_response(re.compile("q=coupures")):
        someone.page.get_by_role("button", name="Filtrer").click()
    expect(someone.page.get_by_role("status").filter(has_text="1 contribution")).to_be_visible()
    someone.look()
    someone.follow(f"{TITLE} la veille")


def _deposit_another_and_withdraw_it(someone: Person) -> None:
    someone.goto("/consultations/essai/contributions/nouvelle")
    someone.choose("Service existant")
    someone.fill("Titre", "Le portail des associations")
    someone.select("Thématique", "Culture")
    someone.fill("Bénéficiaires", "Les associations")
    someone.fill("Description", "Déjà utilisé par trois communes.")
    someone.press("Déposer la contribution")
    someone.page.get_by_role("link", name="Retirer ma contribution").click()
    dialog = someone.page.get_by_role("dialog")
    expect(dialog).to_contain_text("ne pourra pas être rétablie")
    someone.look()
    someone.press("Retirer la contribution", within=dialog)
    someone.reads("La contribution n° 2 est retirée.", "Retirée, elle n’est plus publique")
