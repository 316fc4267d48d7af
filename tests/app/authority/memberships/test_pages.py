"""Asking for a membership and answering it, in a browser, without JavaScript."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.operations import grant_membership, request_membership
from app.authority.memberships.queries import membership as read_membership
from app.db import db, transaction
from app.gate.actors import Level, Role
from app.identity.models import Person
from app.phases import Phase
from tests.support import factories
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")

MINE = "/mon-compte/rattachements"
DESK = "/moderation/rattachements"
ASKED = "Votre demande est transmise à l’équipe de modération."


@pytest.fixture
def clerk() -> Person:
    return factories.person(email="secretaire@exemple.fr", full_name="Anne Le Goff")


@pytest.fixture
def browser(visitor: Visitor, clerk: Person) -> Visitor:
    return visitor.sign_in(clerk)


@pytest.fixture
def moderator(app: Flask) -> Visitor:
    return Visitor(app).sign_in(factories.moderator())


def _choices(page: Page) -> dict[str, str]:
    """What each territory offered is called, and its value."""
    found = {}
    for radio in page.soup.find_all("input", attrs={"type": "radio", "name": "territory"}):
        label = page.soup.find("label", attrs={"for": radio["id"]})
        assert isinstance(label, Tag)
        found[" ".join(label.get_text(" ").split())] = str(radio["value"])
    return found


def _search(browser: Visitor, words: str) -> Page:
    return browser.get(MINE).form(button="Chercher").send(query=words, status=200)


def _memberships() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Membership)) or 0


def _requested(who: Person, code: str = "22113") -> None:
    with transaction():
        request_membership(
            factories.territory(code), capacity=Capacity.AGENT, ctx=factories.acting(who)
        )


def test_one_searches_chooses_and_asks_without_javascript(browser: Visitor, clerk: Person) -> None:
    page = _search(browser, "lannion")
    choices = _choices(page)
    [label] = [label for label in choices if label.startswith("Lannion (22) — commune")]
    assert _memberships() == 0
    page = page.form(button="Demander").send(territory=choices[label], capacity="agent")
    assert ASKED in page.text
    assert "Lannion (22) — commune" in page.main
    assert "En attente de réponse" in page.main
    membership = db.session.scalars(select(Membership)).one()
    assert (membership.person_id, membership.capacity) == (clerk.id, Capacity.AGENT)


def test_homonyms_are_distinguished_by_departement(browser: Visitor) -> None:
    labels = list(_choices(_search(browser, "saint-denis")))
    assert any(label.startswith("Saint-Denis (93) — commune") for label in labels)
    assert any(label.startswith("Saint-Denis (974) — commune") for label in labels)


def test_a_search_without_result_says_what_to_try(browser: Visitor) -> None:
    page = _search(browser, "zzzzqqqq")
    assert _choices(page) == {}
    assert "Aucun résultat" in page.main


def test_the_choice_is_kept_while_the_rest_is_missing(browser: Visitor) -> None:
    page = _search(browser, "lannion")
    value = str(factories.territory("22113").id)
    page = page.form(button="Demander").send(territory=value, status=422)
    assert "Dites à quel titre vous y êtes." in page.main
    assert page.form(button="Demander").fields["territory"] == [value]
    page = page.form(button="Demander").send(capacity="elected")
    assert ASKED in page.text


@pytest.mark.parametrize(
    "value", ["", "Lannion", "00000000-0000-4000-8000-000000000000", "\x00", "' OR 1=1"]
)
def test_what_is_no_territory_is_refused(browser: Visitor, value: str) -> None:
    form = browser.get(MINE).form(button="Demander")
    form.fields["territory"] = [value]
    page = form.send(capacity="agent", status=422)
    assert "Choisissez votre territoire dans la liste." in page.main
    assert _memberships() == 0


def test_the_desk_lists_requests_with_what_is_needed_to_answer(
    moderator: Visitor, clerk: Person
) -> None:
    assert "Aucune demande en attente" in moderator.get(DESK).main
    _requested(clerk)
    page = moderator.get(DESK)
    for words in ("Lannion (22) — commune", "Anne Le Goff", "secretaire@exemple.fr", "Agent"):
        assert words in page.main


def test_two_moderators_grant_on_evidence(
    moderator: Visitor, browser: Visitor, clerk: Person
) -> None:
    _requested(clerk)
    page = moderator.get(DESK).click("Lannion")
    page = page.form(button="Proposer").send(
        grant__evidence="Appel à la mairie le 3 mars.", grant__level=int(Level.MAY_COMMIT)
    )
    assert "une autre personne de l’équipe doit la confirmer" in page.text
    assert "Proposé, à confirmer par une autre personne" in page.main
    other = Visitor(browser.app).sign_in(factories.moderator())
    page = other.get(DESK).click("Lannion")
    assert "Appel à la mairie le 3 mars." in page.main
    page = page.form(button="Confirmer").send(grant__evidence="Annuaire officiel.")
    assert "Le rattachement est accordé ; la personne en est informée." in page.text
    assert "Aucune demande en attente" in page.main
    assert "Peut engager la collectivité" in browser.get(MINE).main
    assert browser.get("/ma-collectivite").heading == "Lannion"


def test_a_moderator_refuses_with_a_reason_the_person_reads(
    moderator: Visitor, browser: Visitor, clerk: Person
) -> None:
    _requested(clerk)
    page = moderator.get(DESK).click("Lannion")
    page = page.form(button="Refuser").send(refusal__reason="La mairie ne vous connaît pas.")
    assert "La demande est refusée" in page.text
    mine = browser.get(MINE)
    assert "Refusé" in mine.main
    assert "La mairie ne vous connaît pas." in mine.main


@pytest.mark.parametrize(
    ("button", "said"),
    [("Proposer", "Notez ce qui prouve le rattachement."), ("Refuser", "Dites pourquoi.")],
)
def test_an_answer_without_a_word_is_not_one(
    moderator: Visitor, clerk: Person, button: str, said: str
) -> None:
    _requested(clerk)
    page = moderator.get(DESK).click("Lannion").form(button=button).send(status=422)
    assert said in page.main
    assert "Lannion" in moderator.get(DESK).main


def test_the_second_of_two_moderators_reads_so(
    app: Flask, moderator: Visitor, clerk: Person
) -> None:
    _requested(clerk)
    late = Visitor(app).sign_in(factories.moderator())
    form = late.get(DESK).click("Lannion").form(button="Proposer")
    moderator.get(DESK).click("Lannion").form(button="Refuser").send(refusal__reason="Non.")
    page = form.send(grant__evidence="Arrêté.", status=409)
    assert "Cette demande a déjà reçu une réponse" in page.main
    assert "Ce qui le prouve" not in page.main
    assert "Raison donnée" not in page.main


def test_nobody_answers_their_own_request(visitor: Visitor) -> None:
    person = factories.moderator()
    _requested(person)
    page = visitor.sign_in(person).get(DESK).click("Lannion")
    assert "Nul ne statue sur son propre rattachement." in page.main
    assert "Ce qui le prouve" not in page.main


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_the_desk_is_for_moderation_only(
    visitor: Visitor, clerk: Person, role: Role | None
) -> None:
    _requested(clerk)
    membership_id = db.session.scalars(select(Membership.id)).one()
    visitor.sign_in(factories.appointed(role) if role else factories.person())
    assert "Seule l’équipe de modération" in visitor.get(DESK, status=403).main
    page = visitor.get(f"{DESK}/{membership_id}", status=403)
    assert "Anne Le Goff" not in page.text


def test_a_request_that_does_not_exist_is_not_found(moderator: Visitor) -> None:
    moderator.get(f"{DESK}/00000000-0000-4000-8000-000000000000", status=404)


def test_the_picker_is_answered_with_options_only(visitor: Visitor) -> None:
    page = visitor.get("/territoires/recherche", query={"q": "lannion"})
    options = page.soup.select("[role=option]")
    assert str(options[0]["data-label"]) == "Lannion (22) — commune"
    assert page.soup.find("html") is None
    regions = visitor.get("/territoires/recherche", query={"q": "bretagne", "kind": "region"})
    assert {"région" in str(o["data-label"]) for o in regions.soup("li")} == {True}


def test_one_is_led_back_to_what_one_was_doing(
    browser: Visitor, clerk: Person, sent: list[EmailMessage]
) -> None:
    factories.consultation(phase=Phase.COLLECTION, slug="essai")
    written = browser.get("/consultations/essai/contributions/nouvelle")
    page = written.click("Demander mon rattachement")
    value = str(factories.territory("22113").id)

    def asks(page: Page) -> Page:
        form = page.form(button="Chercher").send(query="lannion", status=200)
        return form.form(button="Demander").send(territory=value, capacity="agent", wanted="1")

    page = asks(page)
    assert ASKED in page.text
    assert "Reprendre où j’en étais" not in page.main
    asked = read_membership(db.session.scalars(select(Membership.id)).one())
    assert asked is not None
    for _ in range(2):
        ctx = factories.acting(factories.moderator())
        with transaction():
            grant_membership(asked, level=Level.MEMBER, evidence="Appel.", ctx=ctx)
    work()
    assert f"http://localhost{written.path}" in sent[-1].body
    page = browser.get(page.path).click("Reprendre où j’en étais")
    assert page.path == written.path
    assert asks(browser.get(MINE, query={"suite": written.path})).path == written.path


@pytest.mark.parametrize("elsewhere", ["https://exemple.fr/", "//exemple.fr", "/" + "a" * 500])
def test_nobody_is_led_elsewhere(browser: Visitor, elsewhere: str) -> None:
    page = browser.get(MINE, query={"suite": elsewhere})
    assert page.form(button="Demander").fields["suite"] == [""]
