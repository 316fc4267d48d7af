"""The agency keeps its list of neighbouring schemes in a browser."""

from __future__ import annotations

import pytest
from flask import Flask

from app.db import db
from funding.schemes.queries import scheme_by_slug
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Visitor


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def moderator(visitor: Visitor, desk: Desk) -> Visitor:
    return visitor.sign_in(desk.moderator)


def test_a_scheme_is_added_then_edited(desk: Desk, moderator: Visitor) -> None:
    url = f"/consultations/{desk.slug}/triage/dispositifs"
    page = moderator.get(url)
    assert "Aucun dispositif" in page.main
    page = page.form(button="Ajouter le dispositif").send(
        name="Aidants Connect", description="Accompagner.", contact="Écrivez-leur."
    )
    assert "Aidants Connect" in page.main
    page = page.click("Modifier le dispositif Aidants Connect")
    page = page.form(button="Enregistrer le dispositif").send(contact="Appelez-les.")
    assert "Appelez-les." in page.main
    found = scheme_by_slug(desk.id, "aidants-connect")
    assert found is not None
    assert found.description == "Accompagner."


def test_a_refused_scheme_keeps_what_was_typed(desk: Desk, moderator: Visitor) -> None:
    desk.scheme("Aidants Connect")
    url = f"/consultations/{desk.slug}/triage/dispositifs"
    form = moderator.get(url).form(button="Ajouter le dispositif")
    page = form.send(name="AIDANTS CONNECT", contact="Écrivez.", status=422)
    assert "porte déjà ce nom" in page.main
    assert "Écrivez." in page.main
    assert "Donnez le nom" in form.send(name=" ", status=422).main
    assert "Donnez le nom" in form.send(name="…", status=422).main


def test_a_scheme_belongs_to_its_consultation(desk: Desk, moderator: Visitor) -> None:
    other = Desk()
    other.scheme("Ailleurs")
    db.session.rollback()
    assert "Ailleurs" not in moderator.get(f"/consultations/{desk.slug}/triage/dispositifs").main
    moderator.get(f"/consultations/{desk.slug}/triage/dispositifs/ailleurs", status=404)
