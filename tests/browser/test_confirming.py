"""A moderator confirms that it is them: with a telephone, a spare code, and an act sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.db import db, transaction
from app.identity.models import Session
from app.identity.stepup.operations import renew_recovery_codes
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.support import factories as make
from tests.support.authenticators import wrong_code

pytestmark = pytest.mark.browser
SCHEME = "Guichet voisin"


def _let_the_confirmation_pass() -> None:
    with transaction():
        db.session.execute(update(Session).values(stepped_up_at=clock.now() - timedelta(hours=8)))


def _open_in_another_tab(someone: Person, words: str) -> None:
    with someone.context.expect_page() as opened:
        someone.main.get_by_role("link", name=words).click()
    someone.page = opened.value
    someone.page.wait_for_load_state()
    someone.look()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no script"])
def test_an_act_is_confirmed_in_another_tab_and_sent_again(
    comes: Comes, app: Flask, scripts: bool
) -> None:
    make.consultation(phase=None, slug="essai")
    moderator = make.moderator()
    email, ctx = moderator.email, make.acting(moderator)
    someone = comes(scripts=scripts)
    someone.sign_in(email)
    someone.navigate("Tri")
    secret = someone.step_up(looking=True)
    with transaction():
        spare = renew_recovery_codes(moderator, ctx=ctx)[0]
    someone.follow("Dispositifs")
    someone.fill("Nom du dispositif", SCHEME)
    _let_the_confirmation_pass()
    someone.press("Ajouter le dispositif", status=403)
    someone.reads("rien n’est perdu")
    first_tab = someone.page
    _open_in_another_tab(someone, "Confirmez que c’est bien vous")
    someone.fill("Code à six chiffres", wrong_code(secret))
    someone.press("Confirmer", exact=True)
    someone.reads("Ce code n’est pas le bon")
    someone.page.get_by_text("Je n’ai plus mon téléphone").click()
    someone.fill("Code de secours", spare)
    someone.press("Confirmer avec ce code de secours")
    someone.reads("C’est confirmé sur cet appareil.", "9 codes restants")
    someone.page = first_tab
    someone.press("Envoyer de nouveau")
    someone.reads("Le dispositif est ajouté.", SCHEME)
    someone.goto("/mon-compte/double-authentification")
    someone.follow("Retirer l’application")
    someone.press("Retirer l’application")
    someone.reads("Votre rôle la demande")
