"""In development, a page replaces the telephones of the demonstration."""

from __future__ import annotations

from flask import Flask

from app.db import db, transaction
from app.embedded import Services
from app.identity.models import Person
from app.seeds.authenticators import equip
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.strict_browser import Visitor

PAGE = "/developpement/codes"
STAFF = "/moderation/rattachements"


def test_the_code_of_the_moment_confirms(developing: Flask) -> None:
    person = factories.moderator()
    email, person_id = person.email, person.id
    db.session.rollback()
    with developing.app_context(), transaction():
        equip(db.session.get_one(Person, person_id))
    someone = Visitor(developing).sign_in(person, stepped_up=False)
    page = someone.get(STAFF)
    shown = page.click("Voir les codes de démonstration")
    [row] = [row for row in shown.soup.select("tbody tr") if email in row.get_text()]
    code = row.find_all(["td", "th"])[-1].get_text().strip()
    assert page.form(button="Confirmer").send(code=code).heading == "Rattachements à confirmer"


def test_it_says_when_there_is_none(developing: Flask) -> None:
    factories.moderator()
    assert "Aucun code" in Visitor(developing).get(PAGE).main


def test_it_exists_on_ones_own_machine_only(services: Services) -> None:
    with dedicated(services, LOCAL_FOLDER=None) as production:
        Visitor(production).get(PAGE, status=404)
