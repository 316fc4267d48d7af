"""The same pages without JavaScript, which only makes them more comfortable."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.authority.memberships.models import Membership
from app.authority.memberships.operations import grant_membership
from app.authority.memberships.queries import membership as read
from app.db import db, transaction
from app.gate.actors import Level
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", [360], ids=["360px"])]
TITLE = "Prévenir les habitants d’une coupure d’eau"


def test_a_membership_and_a_contribution_without_scripts(comes: Comes) -> None:
    make.consultation(phase=Phase.COLLECTION, slug="essai")
    email = make.person().email
    someone = comes(scripts=False)
    someone.sign_in(email)
    _ask_for_membership(someone)
    _be_granted()
    someone.goto("/consultations/essai/contributions/nouvelle")
    _deposit(someone)
    _filter_by_territory(someone)
    someone.goto("/consultations/essai/contributions/1")
    someone.follow("Retirer ma contribution")
    someone.reads("ne pourra pas être rétablie")
    someone.press("Retirer la contribution")
    someone.reads("La contribution n° 1 est retirée.")


def _ask_for_membership(someone: Person) -> None:
    someone.open_account("Mes rattachements")
    someone.fill("Votre territoire", "saint denis")
    someone.press("Chercher Votre territoire")
    someone.reads("Résultats de la recherche")
    # The name is shared: the department distinguishes them.
    someone.press("Demander", exact=True, status=422)
    someone.reads("« saint denis » peut être plusieurs territoires : choisissez.")
    someone.fill("Votre territoire", "lannion")
    someone.press("Chercher Votre territoire")
    someone.choose("Lannion (22)")
    someone.choose("Agent ou agente")
    someone.press("Demander", exact=True)
    someone.reads("Lannion", "En attente de réponse")


def _be_granted() -> None:
    db.session.rollback()
    membership = db.session.scalars(
        select(Membership).options(joinedload(Membership.person), joinedload(Membership.territory))
    ).one()
    for _ in range(2):
        ctx = make.acting(make.moderator())
        with transaction():
            found = read(membership.id)
            assert found is not None
            grant_membership(found, level=Level.MAY_COMMIT, evidence="Appel à la mairie.", ctx=ctx)


def _deposit(someone: Person) -> None:
    someone.choose("Besoin")
    someone.fill("Titre", TITLE)
    someone.press("Déposer la contribution", status=422)
    someone.reads("3 informations sont à corriger")
    expect(someone.field("Titre")).to_have_value(TITLE)
    someone.select("Thématique", "Culture")
    someone.fill("Bénéficiaires", "Les abonnés")
    someone.fill("Description", "Un message la veille suffirait.")
    someone.press("Déposer la contribution")
    someone.reads("Votre contribution n° 1 est déposée.")


def _filter_by_territory(someone: Person) -> None:
    someone.goto("/consultations/essai/contributions")
    someone.unfold_criteria()
    someone.fill("Territoire", "guingamp")
    someone.press("Chercher Territoire")
    someone.choose("Guingamp (22)")
    someone.press("Filtrer")
    someone.reads("0 contribution", "Aucune contribution ne correspond")
    someone.follow("Retirer le filtre")
    someone.reads("1 contribution", TITLE)


def test_a_commune_supports_without_scripts(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT, slug="essai")
    make.published_proposal(consultation, TITLE)
    email = make.agent_of("22113").email
    someone = comes(scripts=False)
    someone.sign_in(email)
    someone.goto("/consultations/essai/propositions")
    someone.fill("Mots cherchés", "coupures")
    someone.press("Filtrer")
    someone.reads("1 proposition")
    someone.follow(TITLE)
    someone.press("Soutenir au nom de Lannion")
    someone.reads("Lannion soutient cette proposition.")
    someone.press("Retirer le soutien de Lannion")
    someone.reads("Le soutien de Lannion est retiré.")
