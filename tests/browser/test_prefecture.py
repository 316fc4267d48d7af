"""A prefecture’s journey: appointed for its département, it reads what became of each deposit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Comes
from tests.support import factories as make
from tests.support.moderation_desk import Desk
from tests.support.prefecture import decide_each, publish

pytestmark = pytest.mark.browser
READER = "prefecture@exemple.fr"


def test_a_prefecture_is_appointed_then_reads_its_departement(comes: Comes) -> None:
    desk = Desk()
    decide_each(desk, make.territory("63332"))
    make.person(email=READER, full_name="Malika Test")
    administrator = make.administrator().email
    appointing = comes()
    appointing.sign_in(administrator)
    appointing.open_account("Nominations")
    appointing.step_up()
    appointing.fill("Adresse électronique", READER)
    appointing.select("Nommer à", "la lecture d’un département")
    appointing.press("Nommer", status=422, exact=True)
    appointing.select("Département", "Puy-de-Dôme (63)")
    appointing.press("Nommer", exact=True)
    appointing.reads("Puy-de-Dôme (63)")

    reader = comes()
    reader.sign_in(READER)
    reader.navigate("Mon département")
    reader.step_up()
    reader.reads("se liront ici dès que les propositions seront publiées")
    publish(desk)
    reader.navigate("Mon département")
    reader.select("Suite donnée", "Réorientée")
    expect(reader.main).not_to_contain_text("Un agenda partagé")
    reader.reads("1 contribution", "conseiller-numerique@exemple.fr")
    with reader.page.expect_download() as got:
        reader.page.get_by_role("link", name="Télécharger les contributions").click()
    assert "Conseillers numériques" in got.value.path().read_text(encoding="utf-8-sig")
