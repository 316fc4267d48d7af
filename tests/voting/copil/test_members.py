"""The administration appoints the committee; its members are known to it alone."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import factories
from tests.support.committee import Room
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

EMAIL = "elue@exemple.fr"


@pytest.fixture
def administrator(visitor: Visitor) -> Visitor:
    return visitor.sign_in(factories.administrator())


def test_a_member_is_appointed_for_an_organisation_and_reads_at_once(
    app: Flask, administrator: Visitor
) -> None:
    room = Room()
    person = factories.person(email=EMAIL, full_name="Louise Élue")
    appointed = Visitor(app).sign_in(person)
    appointed.get(room.path, status=403)
    form = administrator.get(f"{room.path}/membres").form(button="Nommer")
    page = form.send(email=EMAIL.upper(), organisation="Élus numériques")
    for words in ("La nomination est enregistrée.", "Louise Élue", EMAIL, "Élus numériques"):
        assert words in page.text
    assert appointed.get(room.path).heading == "Comité de sélection"
    appointed.get(Room().path, status=403)
    page = page.form(button="Mettre fin à la nomination de Louise Élue").send()
    assert "La nomination a pris fin." in page.text
    assert "Louise Élue" not in page.main
    appointed.get(room.path, status=403)


def test_what_is_missing_is_shown(administrator: Visitor) -> None:
    form = administrator.get(f"{Room().path}/membres").form(button="Nommer")
    page = form.send(email="elue", status=422)
    assert "Écrivez une adresse comme" in page.main
    assert "Dites au titre de quel organisme" in page.main


def test_one_leads_to_it_from_the_decisions(administrator: Visitor) -> None:
    room = Room()
    page = administrator.get(f"/consultations/{room.slug}/decisions").click("Membres du comité")
    assert room.member.full_name in page.main


def test_only_the_administration_sees_the_members(app: Flask, administrator: Visitor) -> None:
    room, other = Room(), Room()
    for person in (room.member, room.moderator, factories.person()):
        Visitor(app).sign_in(person).get(f"{room.path}/membres", status=403)
    form = administrator.get(f"{room.path}/membres").form(button="Mettre fin")
    # A member of another committee is not ended from here.
    form.action = form.action.replace(room.slug, other.slug)
    form.send(status=404)
