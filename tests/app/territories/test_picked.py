"""What is typed in a picker and not chosen is taken when it is one territory, else asked about."""

from __future__ import annotations

import pytest
from bs4 import Tag
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
        ("Fourqueux, aujourd'hui Saint-Germain-en-Laye (78) — commune", "78551"),
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


def test_what_is_said_tells_a_homonym_from_a_name_nothing_bears(app: Flask) -> None:
    assert "peut être plusieurs territoires" in picked("", "Saint-Denis").said
    near = picked("", "Lanion")
    assert near.said.startswith("Nous n’avons pas trouvé «\u00a0Lanion\u00a0»")
    assert "Lannion (22)" in " ".join(each["label"] for each in near.results or [])
    none = picked("", "zzzzqqqq")
    assert none.said.startswith("Nous n’avons pas trouvé")
    assert none.results == []


def test_a_choice_stands_beside_the_words_that_led_to_it(app: Flask) -> None:
    lannion = make.territory("22113")
    for typed in ("", "lanion", "22300", lannion.label):
        assert picked(str(lannion.id), typed).territory == lannion, typed
    homonyms = picked("", "Saint-Denis").results or []
    for each in homonyms:
        found = picked(each["value"], "Saint-Denis").territory
        assert found is not None
        assert str(found.id) == each["value"]


def test_what_is_typed_anew_replaces_an_earlier_choice(app: Flask) -> None:
    lannion = str(make.territory("22113").id)
    found = picked(lannion, "Guingamp").territory
    assert found is not None
    assert found.code == "22070"
    for typed in ("Saint-Denis", "zzzzqqqq"):
        asked = picked(lannion, typed)
        assert asked.territory is None
        assert typed in asked.said


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
    assert "De Lannion" in visitor.get(listed, query={"nom": "zzzz", "chercher": "1"}).main


def test_the_list_leads_to_each_territory_a_name_may_be(visitor: Visitor) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    submit(consultation, make.agent_of("93066"), code="93066", title="De Saint-Denis")
    submit(consultation, make.agent_of("22113"), title="De Lannion")
    page = visitor.get(
        "/consultations/essai/contributions", query={"nom": "Saint-Denis", "q": "saint", "page": 3}
    )
    results = page.soup.select_one("#resultats")
    assert results is not None, "what htmx refreshes holds the choices"
    choice = results.find("a", string="Saint-Denis (93) — commune")
    assert isinstance(choice, Tag)
    assert "q=saint" in str(choice["href"])
    assert "page=" not in str(choice["href"])
    page = visitor.get(f"/consultations/essai/contributions{choice['href']}")
    assert "De Saint-Denis" in page.main
    assert "De Lannion" not in page.main


def test_without_scripts_a_filter_follows_what_is_typed_after_a_choice(visitor: Visitor) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    submit(consultation, make.agent_of("22113"), title="De Lannion")
    submit(consultation, make.agent_of("60057"), code="60057", title="De Beauvais")
    listed = "/consultations/essai/contributions"
    held = visitor.get(listed, query={"nom": "Lannion"}).form(button="Filtrer").fields
    assert held["territoire"] == [str(make.territory("22113").id)]
    page = visitor.get(listed, query={**held, "nom": "Beauvais"})
    assert "De Beauvais" in page.main
    assert "De Lannion" not in page.main


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
