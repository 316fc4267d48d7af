"""Giving a mandate, reading it and ending it, in a browser, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate import Action, Level, TerritoryKind
from app.identity.models import Person
from app.phases import Phase
from app.territories.mandates.models import Mandate, MandateUse
from app.territories.mandates.queries import USES_PAGE_SIZE
from app.territories.mandates.rules import Act
from app.territories.models import Territory
from tests import factories
from tests.counting import statements
from tests.mandating import mandated, prepared, reread, today
from tests.reading import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

LIST, MINE = "/ma-collectivite/mandats", "/mon-compte/mandats"


@pytest.fixture
def consultation() -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT, title="Services communs")


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper() -> Person:
    return factories.person(email="helene@sictiam.exemple.fr", full_name="Hélène Aide")


@pytest.fixture
def referent() -> Person:
    return factories.referent_of("22113")


@pytest.fixture
def browser(app: Flask, referent: Person) -> Visitor:
    return Visitor(app).sign_in(referent)


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Mandate)) or 0


def _fill(page: Page, *, status: int | None = None, **changed: object) -> Page:
    words = {
        "helper_name": "SICTIAM", "addresses": "helene@sictiam.exemple.fr",
        "ends_on": today() + timedelta(days=29),
    }  # fmt: skip
    return page.form(button="Lire le texte").send(status=status, **(words | changed))


def _mandate() -> Mandate:
    return reread(db.session.scalars(select(Mandate)).one())


def test_a_referent_prepares_reads_and_signs(
    app: Flask, browser: Visitor, consultation: Consultation, helper: Person
) -> None:
    page = browser.get(LIST)
    assert "Aucun mandat pour l’instant" in page.main
    form = page.click("Préparer un mandat").form(button="Lire le texte")
    assert form.fields["actions"] == ["draft", "submit"]
    page = _fill(form.page)
    assert page.heading == "Signer le mandat : SICTIAM"
    for words in ("Hélène Aide (helene@sictiam.exemple.fr)", "Services communs", "via SICTIAM"):
        assert words in page.main
    assert "soutenir des propositions" in page.main.partition("5. ")[2]
    assert _mandate().signed_at is None
    page = page.form(button="Signer ce mandat").send()
    assert "Le mandat est signé" in page.text
    signed = _mandate()
    assert signed.text_hash is not None
    assert signed.text_hash.hex() in page.main
    assert "En cours" in browser.get(LIST).main
    answer = browser.ask("GET", f"{LIST}/{signed.id}/texte")
    assert sha256(answer.data).hexdigest() == signed.text_hash.hex()
    theirs = Visitor(app).sign_in(helper, stepped_up=False).get(MINE).click("Lannion")
    assert theirs.heading == "Mandat : SICTIAM"
    assert "Mettre fin" not in theirs.main
    with transaction():
        db.session.get_one(Person, helper.id).full_name = "Hélène Autrement"
    page = browser.get(f"{LIST}/{signed.id}")
    assert "Hélène Aide (helene@" in page.main


def test_a_structure_of_the_registry_is_searched_and_chosen(
    browser: Visitor, consultation: Consultation, lannion: Territory
) -> None:
    page = browser.get(f"{LIST}/preparer/{lannion.id}")
    page = page.form(button="Chercher").send(query="côtes d'armor", addresses="a@b.fr", status=200)
    [radio] = [
        radio for radio in page.soup.find_all("input", attrs={"name": "territory"})
        if isinstance(label := page.soup.find("label", attrs={"for": radio["id"]}), Tag)
        and "département" in label.get_text()
    ]  # fmt: skip
    page = _fill(page, helper_name="", territory=radio["value"])
    assert "(département)" in page.heading
    assert _mandate().helper_id == factories.territory("22", TerritoryKind.DEPARTEMENT).id
    assert [each.person.email for each in _mandate().persons] == ["helene@sictiam.exemple.fr"]
    page = page.form(button="Signer").send(status=409)
    assert "ne sont pas rattachées" in page.main
    assert _mandate().signed_at is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"helper_name": ""}, "Dites quelle structure"),
        ({"helper_name": "x" * 121}, "En 120 caractères au plus."),
        ({"helper_name": "Lannion"}, "est un territoire du registre"),
        ({"addresses": ""}, "Écrivez au moins une adresse."),
        ({"addresses": "a@b.fr, helene"}, "Cette adresse est à corriger : helene"),
        ({"actions": []}, "Cochez au moins une action."),
        ({"ends_on": ""}, "Donnez le dernier jour."),
        ({"ends_on": "9999-12-31", "starts_on": "9999-12-31"}, "commence dans l’année"),
        ({"starts_on": "0001-01-01"}, "avant le jour où il est préparé"),
        ({"addresses": " ".join(f"p{n}@b.fr" for n in range(21))}, "au plus 20 personnes"),
        ({"consultation": "00000000-0000-4000-8000-000000000000"}, ""),
    ],
)
def test_what_is_to_correct_is_told_in_the_page(
    browser: Visitor, consultation: Consultation, lannion: Territory, typed: dict[str, str],
    said: str,
) -> None:  # fmt: skip
    page = _fill(browser.get(f"{LIST}/preparer/{lannion.id}"), status=422, **typed)
    assert said in page.main
    assert page.form(button="Lire le texte").fields["addresses"] == [
        typed.get("addresses", "helene@sictiam.exemple.fr")
    ]
    assert _count() == 0
    known = select(func.count()).select_from(Person).where(Person.email.like("%@b.fr"))
    assert db.session.scalar(known) == 0


def test_a_day_too_many_is_told_in_the_page(
    browser: Visitor, consultation: Consultation, lannion: Territory
) -> None:
    page = browser.get(f"{LIST}/preparer/{lannion.id}")
    page = _fill(page, status=422, ends_on=today() + timedelta(days=365))
    assert "Un mandat dure au plus 365 jours." in page.main
    page = _fill(page, ends_on=today() + timedelta(days=364))
    assert page.heading == "Signer le mandat : SICTIAM"


def test_naming_a_colleague_or_oneself_is_told_in_the_page(
    browser: Visitor, consultation: Consultation, lannion: Territory, referent: Person
) -> None:
    page = browser.get(f"{LIST}/preparer/{lannion.id}")
    page = _fill(page, status=409, addresses=f"a@b.fr\n{referent.email}")
    assert "Nul ne se donne mandat à soi-même." in page.main
    colleague = factories.agent_of("22113")
    page = _fill(page, status=409, addresses=colleague.email)
    assert colleague.email in page.main
    assert _count() == 0


def test_without_a_consultation_the_page_says_so(browser: Visitor, lannion: Territory) -> None:
    factories.consultation(phase=None, title="Close")
    with clock.at(clock.now() + timedelta(days=400)):
        browser.sign_in_again()
        page = browser.get(f"{LIST}/preparer/{lannion.id}")
    assert "Aucune consultation n’est en cours" in page.main


def test_it_is_ended_in_one_click_by_whoever_may_commit(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = mandated(helper, lannion, consultation, by=referent)
    agent = Visitor(app).sign_in(factories.agent_of("22113"), stepped_up=False)
    page = agent.get(LIST).click("SICTIAM").form(button="Mettre fin au mandat").send()
    assert "A pris fin" in page.main
    assert "par la collectivité" in page.main
    assert "Mettre fin au mandat" not in page.main
    assert "par la collectivité" in agent.get(LIST).main
    assert reread(made).revoked_by == "territory"


def test_a_member_reads_and_ends_nothing(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = mandated(helper, lannion, consultation, by=referent)
    prepared(lannion, consultation, helper, by=referent, helper_name="Une autre")
    member = factories.person()
    factories.belongs(member, lannion, level=Level.MEMBER)
    someone = Visitor(app).sign_in(member)
    page = someone.get(LIST)
    assert "Préparer" not in page.main
    assert "attend la signature d’une personne référente" in page.click("Une autre").main
    page = page.click("SICTIAM")
    assert "Hélène Aide" in page.main
    for words in ("Mettre fin au mandat", "Retirer", "Renoncer"):
        assert words not in page.main
    someone.get(f"{LIST}/preparer/{lannion.id}", status=403)
    someone.get(f"{LIST}/{made.id}/signer", status=403)


def test_a_person_is_removed_and_one_renounces(
    app: Flask, browser: Visitor, consultation: Consultation, lannion: Territory, helper: Person,
    referent: Person,
) -> None:  # fmt: skip
    other = factories.person(full_name="Omar Aide")
    made = prepared(lannion, consultation, helper, other, by=referent)
    browser.get(f"{LIST}/{made.id}/signer").form(button="Signer").send()
    page = browser.get(f"{LIST}/{made.id}").form(button="Retirer Hélène Aide").send()
    assert "retirée le" in page.main
    theirs = Visitor(app).sign_in(other, stepped_up=False)
    page = theirs.get(MINE).click("Lannion").form(button="Renoncer").send()
    assert "Ne vous nomme plus" in page.main
    theirs.get(f"{LIST}/{made.id}", status=403)
    assert "plus personne n’y est nommé" in browser.get(LIST).main


def test_who_is_outside_the_structure_is_told(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    cotes = factories.territory("22", TerritoryKind.DEPARTEMENT)
    held = factories.belongs(helper, cotes)
    mandated(helper, lannion, consultation, by=referent, structure=cotes)
    theirs = Visitor(app).sign_in(helper)
    assert "ne vous permet rien" not in theirs.get(MINE).click("Lannion").main
    with transaction():
        held.ended_at = clock.now()
    assert "ne vous permet rien" in theirs.get(MINE).click("Lannion").main


def test_strangers_read_no_mandate_and_moderators_do(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = mandated(helper, lannion, consultation, by=referent)
    waiting = prepared(lannion, consultation, helper, by=referent)
    stranger = Visitor(app).sign_in(factories.referent_of("29151"))
    for address in ("", "/texte"):
        stranger.get(f"{LIST}/{made.id}{address}", status=403)
    stranger.get(LIST, query={"territoire": lannion.id}, status=403)
    Visitor(app).sign_in(helper).get(f"{LIST}/{waiting.id}", status=403)
    moderator = factories.moderator()
    assert "SICTIAM" in Visitor(app).sign_in(moderator).get(f"{LIST}/{made.id}").main
    Visitor(app).sign_in(moderator, stepped_up=False).get(f"{LIST}/{made.id}", status=403)


def test_a_prepared_one_is_abandoned(
    browser: Visitor, consultation: Consultation, lannion: Territory, helper: Person,
    referent: Person,
) -> None:  # fmt: skip
    made = prepared(lannion, consultation, helper, by=referent)
    browser.get(f"{LIST}/{made.id}/texte", status=404)
    page = browser.get(f"{LIST}/{made.id}/signer").form(button="Abandonner").send()
    assert "Aucun mandat pour l’instant" in page.main
    browser.get(f"{LIST}/{made.id}", status=404)


def test_what_was_done_is_paged_latest_first_within_the_budget(
    app: Flask, browser: Visitor, consultation: Consultation, lannion: Territory, helper: Person,
    referent: Person,
) -> None:  # fmt: skip
    made = mandated(helper, lannion, consultation, by=referent, actions=[Action.SUPPORT])
    now = clock.now()
    with transaction():
        db.session.add_all(
            MandateUse(
                mandate_id=made.id, person_id=helper.id, act=Act.SUPPORTED, number=number,
                title=f"Proposition {number}", done_at=now + timedelta(seconds=number),
            )
            for number in range(1, USES_PAGE_SIZE + 2)
        )  # fmt: skip
    page = browser.get(f"{LIST}/{made.id}")
    assert f"Hélène Aide a soutenu la proposition n° {USES_PAGE_SIZE + 1}" in page.main
    assert "n° 1," not in page.main
    assert "n° 1," in page.click("Suivante").main
    theirs = Visitor(app).sign_in(helper)
    for visitor, address in (
        (browser, f"{LIST}/{made.id}"), (browser, LIST), (browser, f"{LIST}/preparer/{lannion.id}"),
        (theirs, f"{LIST}/{made.id}"), (theirs, MINE),
    ):  # fmt: skip
        with statements() as asked:
            visitor.get(address)
        assert len(asked) <= 10, (address, asked)


def test_whoever_belongs_nowhere_is_told_what_to_do(app: Flask, helper: Person) -> None:
    someone = Visitor(app).sign_in(helper)
    assert "Vous n’êtes rattaché à aucune collectivité" in someone.get(LIST).main
    assert "Aucun mandat ne vous nomme" in someone.get("/mon-compte").click("mes mandats").main
