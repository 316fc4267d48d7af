"""What is typed in a picker and not chosen is taken when it is one territory, else asked about."""

from __future__ import annotations

import pytest
from flask import Flask

from app.authority.memberships.models import Membership
from app.db import db
from app.phases import Phase
from app.territories.forms import picked
from tests.support import factories as make
from tests.support.contributions import submit
from tests.support.strict_browser import Visitor


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Lannion", "22113"),
        ("lannion (22)", "22113"),
        ("Lannion (22) — commune", "22113"),
        ("Mairie de Grenoble", "38185"),
        ("22300 Lannion", "22113"),
        ("212201131", "22113"),
        ("Fourqueux, aujourd’hui Saint-Germain-en-Laye", "78551"),
    ],
)
def test_a_name_that_is_one_is_taken(app: Flask, typed: str, code: str) -> None:
    found = picked("", typed)
    assert found.territory is not None
    assert found.territory.code == code


@pytest.mark.parametrize("typed", ["Saint-Denis", "Lanion", "69003", "Beau"])
def test_a_name_that_is_several_or_none_is_asked_about(app: Flask, typed: str) -> None:
    found = picked("", typed)
    assert found.territory is None
    assert found.results
    assert typed in found.said


def test_nothing_typed_is_nothing_asked(app: Flask) -> None:
    assert picked("", " ") == picked(None, None)
    assert not picked("", "").said
    assert "zzzzqqqq" in picked("", "zzzzqqqq").said


def test_the_list_is_narrowed_by_what_is_typed_and_never_shown_whole(visitor: Visitor) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    submit(consultation, make.agent_of("22113"), title="De Lannion")
    submit(consultation, make.agent_of("60057"), code="60057", title="De Beauvais")
    listed = "/consultations/essai/contributions"
    page = visitor.get(listed, query={"nom": "Lannion"})
    assert "De Lannion" in page.main
    assert "De Beauvais" not in page.main
    page = visitor.get(listed, query={"nom": "Saint-Denis"})
    assert "De Lannion" not in page.main
    assert "Quel territoire ?" in page.main.replace("\u00a0", " ")
    assert "Saint-Denis (93) — commune" in page.main


def test_a_membership_is_asked_for_what_is_typed(app: Flask, visitor: Visitor) -> None:
    visitor.sign_in(make.person())
    form = visitor.get("/mon-compte/rattachements").form(button="Demander")
    form.fields["territory"] = [""]
    asked = form.send(query="Saint-Denis", capacity="agent", status=422)
    assert "peut être plusieurs territoires" in asked.main
    form = asked.form(button="Demander")
    form.fields["territory"] = [""]
    form.send(query="Lannion", capacity="agent")
    (membership,) = db.session.query(Membership).all()
    assert membership.territory_id == make.territory("22113").id
