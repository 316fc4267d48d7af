"""Signing takes a confirmation, and the text that was read."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from app.calendar.models import Consultation
from app.identity.models import Person
from app.territories.models import Territory
from tests.support.authenticators import CONFIRMATION, OVERVIEW, code_of, equipped
from tests.support.by_hand import by_hand
from tests.support.mandates import prepared, reread
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

LIST = "/ma-collectivite/mandats"


def test_signing_leads_to_the_confirmation_and_back(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = prepared(lannion, consultation, helper, by=referent)
    browser = Visitor(app).sign_in(equipped(referent), stepped_up=False)
    page = browser.get(LIST).click("SICTIAM").click("Relire et signer")
    assert "helene@" in page.main, "it is read without confirming"
    assert "demande une double authentification" in page.main
    page = page.click("Confirmer que c’est bien moi")
    assert page.path.startswith(CONFIRMATION)
    page = page.form(button="Confirmer").send(code=code_of())
    assert page.path == f"{LIST}/{made.id}/signer"
    page.form(button="Signer ce mandat").send()
    assert reread(made).given_at is not None


def test_a_referent_without_an_application_is_led_to_add_one(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = prepared(lannion, consultation, helper, by=referent)
    browser = Visitor(app).sign_in(referent, stepped_up=False)
    asked = browser.get(f"/ma-collectivite/mandats/preparer/{lannion.id}")
    assert "Signer vous demandera une double authentification" in asked.main
    page = browser.get(f"{LIST}/{made.id}").click("Relire et signer")
    assert "helene@" in page.main
    page = page.click("Confirmer que c’est bien moi")
    assert page.path.startswith(OVERVIEW)
    assert f"{LIST}/{made.id}/signer" in str(page.soup).replace("%2F", "/")


def test_a_signature_sent_once_the_confirmation_is_over_is_kept_to_be_sent_again(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = prepared(lannion, consultation, helper, by=referent)
    browser = Visitor(app).sign_in(equipped(referent))
    form = browser.get(f"{LIST}/{made.id}/signer").form(button="Signer ce mandat")
    browser.sign_in(referent, stepped_up=False)
    page = form.send(status=403)
    assert reread(made).given_at is None
    browser.sign_in(referent)
    page.form(button="Envoyer de nouveau").send()
    assert reread(made).given_at is not None


def test_a_text_that_changed_since_it_was_read_is_read_again(
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    referent: Person,
) -> None:
    made = prepared(lannion, consultation, helper, by=referent)
    form = browser.get(f"{LIST}/{made.id}/signer").form(button="Signer ce mandat")
    by_hand(update(Consultation).values(title="Un autre titre"))
    page = form.send(status=409)
    assert "Le texte a changé" in page.main
    assert "Un autre titre" in page.main
    page.form(button="Signer ce mandat").send()
    assert "Un autre titre" in reread(made).text


def test_a_signature_that_does_not_say_what_was_read_is_none(
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    referent: Person,
) -> None:
    made = prepared(lannion, consultation, helper, by=referent)
    form = browser.get(f"{LIST}/{made.id}/signer").form(button="Signer ce mandat")
    form.send(read="", status=409)
    assert reread(made).given_at is None
