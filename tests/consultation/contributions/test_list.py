"""The public list of contributions and their pages, in a browser."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask

from app.calendar.models import Consultation
from app.db import transaction
from app.gate.actors import TerritoryKind
from app.identity.models import Person, Profile
from app.phases import Phase
from consultation.contributions import operations
from consultation.contributions.models import Kind
from consultation.contributions.queries import PAGE_SIZE
from tests.support import factories as make
from tests.support.contributions import TEXT, draft, submit
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(slug="essai")


@pytest.fixture
def author(consultation: Consultation) -> Person:
    return make.agent_of("22113")


BASE = "/consultations/essai/contributions"


def _titles(page: Page) -> list[str]:
    return [h2.get_text(strip=True) for h2 in page.soup.select("#resultats h2")]


def test_the_list_shows_what_was_deposited_and_nothing_else(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author, title="Public")
    withdrawn = submit(consultation, author, title="Retiré")
    with transaction():
        operations.withdraw_contribution(withdrawn, ctx=make.acting(author, consultation))
    draft(consultation, author)
    page = visitor.get(BASE)
    assert _titles(page) == ["Public"]
    assert "1 contribution" in page.main
    assert "Retiré" not in visitor.get(BASE, query={"q": "retiré"}).main
    assert visitor.get(f"{BASE}/1").heading == "Public"
    gone = visitor.get(f"{BASE}/2", status=410)
    assert gone.heading == "Contribution retirée"
    assert "Retiré" not in gone.main.replace("retirée", "")
    visitor.get(f"{BASE}/3", status=404)
    visitor.get(f"{BASE}/99999999999999999999", status=404)


def test_no_page_names_a_person(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author)
    for page in (visitor.get(BASE), visitor.get(f"{BASE}/1")):
        assert "Camille" not in page.text
        assert "@" not in page.text
    assert "Lannion (22) — commune" in visitor.get(f"{BASE}/1").main
    assert "secrétaire de mairie" in visitor.get(f"{BASE}/1").main


def test_a_partner_speaks_for_an_organisation(visitor: Visitor, consultation: Consultation) -> None:
    who = make.person(profile=Profile.PARTNER, function="présidente", organisation="Les Eaux vives")
    submit(consultation, who, on_behalf_of=None)
    page = visitor.get(f"{BASE}/1")
    assert "Organisme Les Eaux vives" in page.main
    assert "Partenaire" in page.main


def test_words_are_searched_without_accents_and_by_stem(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author, title="Médiathèques en réseau", description="Prêter des livres.")
    submit(consultation, author, title="Cantine", description="La mediatheque voisine, une fois.")
    submit(consultation, author, title="Voirie", description="Des nids-de-poule.")
    assert _titles(visitor.get(BASE, query={"q": "médiathèque"})) == [
        "Médiathèques en réseau",
        "Cantine",
    ]
    by_date = visitor.get(BASE, query={"q": "médiathèque", "ordre": "date"})
    assert _titles(by_date) == ["Cantine", "Médiathèques en réseau"]
    assert _titles(visitor.get(BASE, query={"q": "mediatheque -voisine"})) == [
        "Médiathèques en réseau"
    ]
    assert "Aucune contribution ne correspond" in visitor.get(BASE, query={"q": "piscine"}).main


def test_the_list_is_filtered(visitor: Visitor, consultation: Consultation) -> None:
    lannion, saint_denis = make.agent_of("22113"), make.agent_of("93066")
    somme = make.agent_of("80", TerritoryKind.DEPARTEMENT)
    submit(consultation, lannion, title="Besoin lannionnais")
    submit(
        consultation,
        saint_denis,
        "93066",
        title="Service dionysien",
        kind=Kind.SERVICE,
        theme=make.theme(consultation, "Culture"),
    )
    submit(
        consultation,
        somme,
        title="Besoin de la Somme",
        on_behalf_of=make.territory("80", TerritoryKind.DEPARTEMENT),
    )
    everything = ["Besoin de la Somme", "Service dionysien", "Besoin lannionnais"]
    for query, found in (
        ({}, everything),
        ({"type": "service"}, ["Service dionysien"]),
        ({"theme": str(make.theme(consultation, "Culture").id)}, ["Service dionysien"]),
        ({"departement": "80"}, ["Besoin de la Somme"]),
        ({"departement": "22", "type": "need"}, ["Besoin lannionnais"]),
        ({"territoire": str(make.territory("93066").id)}, ["Service dionysien"]),
        ({"type": "autre", "theme": "x", "departement": "zz", "territoire": "?"}, everything),
    ):
        assert _titles(visitor.get(BASE, query=query)) == found, query


def test_filters_are_shown_and_taken_away(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author)
    page = visitor.get(BASE, query={"q": "piscine", "departement": "22"})
    assert _titles(page) == []
    page = page.click("« piscine »")
    assert _titles(page) == [TEXT.title]
    assert "Côtes-d'Armor" in page.main


@pytest.mark.parametrize("typed", ["guingamp", "saint denis"])
def test_a_territory_typed_and_not_chosen_is_taken_away_whole(
    visitor: Visitor, consultation: Consultation, author: Person, typed: str
) -> None:
    submit(consultation, author)
    page = visitor.get(BASE, query={"nom": typed})
    assert _titles(page) == []
    removing = page.soup.select_one(".c-active__item")
    assert isinstance(removing, Tag)
    assert _titles(visitor.get(f"{BASE}{removing['href']}")) == [TEXT.title]


def test_a_territory_is_picked_without_a_script(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author)
    page = visitor.get(BASE).form(button="Chercher").send(nom="lanion")
    lannion = page.soup.find("input", {"name": "territoire", "type": "radio"})
    assert isinstance(lannion, Tag)
    assert _titles(visitor.get(BASE, query={"territoire": lannion["value"]})) == [TEXT.title]


def test_a_long_list_is_cut_into_pages(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    for number in range(PAGE_SIZE + 1):
        submit(consultation, author, title=f"Idée {number}")
    assert len(_titles(visitor.get(BASE))) == PAGE_SIZE
    assert _titles(visitor.get(BASE, query={"page": 2})) == ["Idée 0"]
    assert _titles(visitor.get(BASE, query={"page": 10**30})) == ["Idée 0"]
    assert len(_titles(visitor.get(BASE, query={"page": "x"}))) == PAGE_SIZE


def test_hostile_words_are_dull(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author, title="<script>alert(1)</script>", description="{{ 7 * 7 }}<b>")
    page = visitor.get(f"{BASE}/1")
    assert page.heading == "<script>alert(1)</script>"
    assert "{{ 7 * 7 }}<b>" in page.main
    for words in ("\x00", "'", '"', "a & | ! :*", "(", "x" * 5000, "\\"):
        visitor.get(BASE, query={"q": words, "nom": words, "chercher": "1"})


def test_an_empty_list_says_what_to_do(visitor: Visitor, app: Flask) -> None:
    make.consultation(slug="essai")
    assert "Déposer la première contribution" in visitor.get(BASE).main
    make.consultation(slug="plus-tard", phase=Phase.SUPPORT)
    page = visitor.get("/consultations/plus-tard/contributions")
    assert "Aucune contribution" in page.main


def test_pages_do_constant_work(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    for number in range(5):
        submit(consultation, author, title=f"Idée {number}")
    kept = draft(consultation, author)
    territory = make.territory("22113").id
    visitor.sign_in(author)
    for path in (
        "",
        f"?q=idée&type=need&departement=22&territoire={territory}",
        "/1",
        "/nouvelle",
        "/mes-contributions",
        f"/brouillons/{kept.id}",
        "/1/modifier",
        "/1/retirer",
    ):
        with statements() as sent:
            visitor.get(f"{BASE}{path}")
        assert len(sent) <= 10, (path, len(sent), sent)
