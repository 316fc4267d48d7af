"""Preparing a mandate, correcting it and signing it, in a browser, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.authority.mandates.models import Mandate
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Action, TerritoryKind
from app.identity.models import Person
from app.territories.models import Territory
from tests.support import factories
from tests.support.mandates import prepared, reread, today
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

LIST, MINE = "/ma-collectivite/mandats", "/mon-compte/mandats"


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Mandate)) or 0


def _fill(page: Page, *, status: int | None = None, **changed: object) -> Page:
    words = {
        "helper_name": "SICTIAM",
        "addresses": "Hélène A. <helene@sictiam.exemple.fr>",
        "ends_on": today() + timedelta(days=29),
        "actions": ["support"],
    }
    return page.form(button="Lire le texte").send(status=status, **(words | changed))


def _mandate() -> Mandate:
    return reread(db.session.scalars(select(Mandate)).one())


def test_a_referent_prepares_reads_and_signs(
    app: Flask, browser: Visitor, consultation: Consultation, helper: Person
) -> None:
    page = browser.get(LIST)
    assert "Aucun mandat pour l’instant" in page.main
    form = page.click("Préparer un mandat").form(button="Lire le texte")
    boxes = form.page.soup.find_all("input", attrs={"name": "actions"})
    assert [box["value"] for box in boxes] == ["support", "ami"], "the collection is over"
    assert form.fields["actions"] == []
    page = _fill(form.page, actions=["ami"])
    assert page.heading == "Signer le mandat : SICTIAM"
    for words in ("Hélène A. (helene@sictiam.exemple.fr)", "Services communs", "via SICTIAM"):
        assert words in page.main
    assert "soutenir des propositions" in page.main.partition("5. ")[2]
    assert _mandate().given_at is None
    page = page.form(button="Signer ce mandat").send()
    assert "Le mandat est signé" in page.text
    signed = _mandate()
    assert signed.text_hash is not None
    assert signed.text_hash.hex() in page.main
    assert "En cours" in browser.get(LIST).main
    answer = browser.ask("GET", f"{LIST}/{signed.id}/texte")
    name = f"mandat-lannion-{today().isoformat()}.txt"
    assert f'filename="{name}"' in answer.headers["Content-Disposition"]
    [said] = re.findall(rf"head -c (\d+) {re.escape(name)} \| sha256sum", answer.text)
    assert sha256(answer.data[: int(said)]).hexdigest() == signed.text_hash.hex()
    block = answer.text.partition(signed.text)[2]
    assert signed.signature in block
    assert signed.text_hash.hex() in block
    theirs = Visitor(app).sign_in(helper, stepped_up=False).get(MINE).click("Lannion")
    assert theirs.heading == "Mandat : SICTIAM"
    assert "Mettre fin" not in theirs.main
    page = browser.get(f"{LIST}/{signed.id}")
    assert "Hélène A. (helene@" in page.main
    assert "Hélène Aide" not in page.main


def test_a_structure_of_the_registry_is_searched_and_chosen(
    browser: Visitor, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    page = browser.get(f"{LIST}/preparer/{lannion.id}")
    page = page.form(button="Chercher").send(query="côtes d'armor", addresses="a@b.fr", status=200)
    [radio] = [
        radio
        for radio in page.soup.find_all("input", attrs={"name": "territory"})
        if isinstance(label := page.soup.find("label", attrs={"for": radio["id"]}), Tag)
        and "département" in label.get_text()
    ]
    chosen = str(radio["value"])
    page = _fill(page, status=409, helper_name="", territory=chosen)
    assert "ne sont pas rattachées" in page.main, "shown when it is prepared"
    membership = factories.belongs(helper, factories.territory("22", TerritoryKind.DEPARTEMENT))
    page = _fill(page, helper_name="", territory=chosen)
    assert "(département)" in page.heading
    assert _mandate().helper_id == factories.territory("22", TerritoryKind.DEPARTEMENT).id
    assert _mandate().named == ["Hélène A. <helene@sictiam.exemple.fr>"]
    with transaction():
        membership.ended_at = clock.now()
    page = page.form(button="Signer").send(status=409)
    assert "ne sont pas rattachées" in page.main
    assert _mandate().given_at is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"helper_name": ""}, "Dites quelle structure"),
        ({"helper_name": "x" * 121}, "En 120 caractères au plus."),
        ({"helper_name": "Lannion"}, "est un territoire du registre"),
        ({"helper_name": "Préfecture du 22"}, "ni l’État ni cette plateforme"),
        ({"addresses": ""}, "Écrivez au moins une adresse."),
        ({"addresses": "a@b.fr, helene"}, "Cette adresse est à corriger : helene"),
        ({"addresses": "Hélène <helene>"}, "Cette adresse est à corriger : helene"),
        ({"actions": []}, "Cochez au moins une action."),
        ({"ends_on": ""}, "Donnez le dernier jour."),
        ({"ends_on": "9999-12-31", "starts_on": "9999-12-31"}, "commence dans l’année"),
        ({"starts_on": "0001-01-01"}, "avant le jour où il est préparé"),
        ({"addresses": " ".join(f"p{n}@b.fr" for n in range(21))}, "au plus 20 personnes"),
        ({"consultation": "00000000-0000-4000-8000-000000000000"}, ""),
    ],
)
def test_what_is_to_correct_is_shown_in_the_page(
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    typed: dict[str, str],
    said: str,
) -> None:
    page = _fill(browser.get(f"{LIST}/preparer/{lannion.id}"), status=422, **typed)
    assert said in page.main
    assert page.form(button="Lire le texte").fields["addresses"] == [
        typed.get("addresses", "Hélène A. <helene@sictiam.exemple.fr>")
    ]
    assert _count() == 0
    known = select(func.count()).select_from(Person).where(Person.email.like("%@b.fr"))
    assert db.session.scalar(known) == 0


def test_a_day_too_many_is_refused_in_the_page(
    browser: Visitor, consultation: Consultation, lannion: Territory
) -> None:
    page = browser.get(f"{LIST}/preparer/{lannion.id}")
    page = _fill(page, status=422, ends_on=today() + timedelta(days=365))
    assert "Un mandat dure au plus 365 jours." in page.main
    page = _fill(page, ends_on=today() + timedelta(days=364))
    assert page.heading == "Signer le mandat : SICTIAM"


def test_naming_a_colleague_or_oneself_is_refused_in_the_page(
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


def test_a_prepared_one_is_corrected(
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    referent: Person,
) -> None:
    made = prepared(lannion, consultation, helper, by=referent, actions=[Action.SUPPORT])
    read = browser.get(f"{LIST}/{made.id}/signer").form(button="Signer")
    form = browser.get(f"{LIST}/{made.id}/signer").click("Modifier").form(button="Lire le texte")
    for name, value in (
        ("helper_name", "SICTIAM"),
        ("addresses", helper.email),
        ("actions", ["support"]),
        ("starts_on", today().isoformat()),
        ("ends_on", (today() + timedelta(29)).isoformat()),
    ):
        assert form.fields[name] == (value if isinstance(value, list) else [value])
    page = form.send(helper_name="Syndicat mixte", addresses="omar@b.fr", actions=["ami"])
    assert page.heading == "Signer le mandat : Syndicat mixte"
    now = _mandate()
    assert (now.id, now.actions, now.named) == (made.id, ["ami"], ["omar@b.fr"])
    assert "Le texte a changé" in read.send(status=409).main
    page.form(button="Signer").send()
    page = form.send(status=409, addresses="autre@b.fr")
    assert "Ce mandat est signé : il ne peut plus être modifié." in page.main.replace("\u00a0", " ")
    assert _mandate().named == ["omar@b.fr"], "signed, it does not change"


def test_a_prepared_one_is_abandoned(
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    referent: Person,
) -> None:
    made = prepared(lannion, consultation, helper, by=referent)
    browser.get(f"{LIST}/{made.id}/texte", status=404)
    page = browser.get(f"{LIST}/{made.id}/signer").form(button="Abandonner").send()
    assert "Aucun mandat pour l’instant" in page.main
    browser.get(f"{LIST}/{made.id}", status=404)
