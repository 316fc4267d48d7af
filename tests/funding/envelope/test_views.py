"""The administration sets the envelope on its page."""

from __future__ import annotations

import pytest
from flask import Flask

from app.calendar.models import Consultation
from funding.envelope.queries import envelope_of
from tests.support import factories
from tests.support.service_choice import EURO, Table, bare
from tests.support.strict_browser import Visitor


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation()


@pytest.fixture
def office(app: Flask) -> Visitor:
    return Visitor(app).sign_in(factories.administrator())


def test_it_is_set_then_set_again_from_what_is_current(
    office: Visitor, consultation: Consultation
) -> None:
    path = f"/consultations/{consultation.slug}/enveloppe"
    page = office.get(path)
    assert "pas encore fixée" in page.main
    page = page.form(button="Fixer").send(total="30 000 000 €", usual_share="50")
    assert "L’enveloppe est fixée." in page.main
    form = page.form(button="Fixer")
    assert bare(form.fields["total"][0]) == "30 000 000"
    form.send(total="30 000 000,50")
    found = envelope_of(consultation.id)
    assert found is not None
    assert (found.total_cents, found.usual_share) == (30_000_000 * EURO + 50, 50)


@pytest.mark.parametrize(
    ("total", "share", "said"),
    [
        ("", "50", "Donnez le montant de l’enveloppe."),
        ("trente millions", "50", "Écrivez le montant en chiffres"),
        ("-1", "50", "ne peut pas être négatif"),
        ("1,234", "50", "deux décimales"),
        ("9" * 40, "50", "trop grand : 100 000 000 000 € au plus"),
        ("0", "50", "supérieur à zéro"),
        ("100", "", "Donnez la part usuelle"),
        ("100", "101", "de 1 à 100"),
    ],
)
def test_a_mistake_is_shown_and_what_was_typed_is_kept(
    office: Visitor, consultation: Consultation, total: str, share: str, said: str
) -> None:
    form = office.get(f"/consultations/{consultation.slug}/enveloppe").form(button="Fixer")
    page = form.send(status=422, total=total, usual_share=share)
    assert said in bare(page.main)
    kept = page.form(button="Fixer").fields
    assert (kept["total"], kept["usual_share"]) == ([total], [share])
    assert envelope_of(consultation.id) is None


def test_an_amount_of_spaces_is_none(office: Visitor, consultation: Consultation) -> None:
    form = office.get(f"/consultations/{consultation.slug}/enveloppe").form(button="Fixer")
    page = form.send(status=422, total=" \u202f", usual_share="50")
    assert "Donnez le montant de l’enveloppe." in page.main


def test_it_is_not_lowered_below_what_is_committed(app: Flask, office: Visitor) -> None:
    table = Table()
    table.choose()
    form = office.get(f"{table.base}/enveloppe").form(button="Fixer")
    page = form.send(status=409, total="49 999")
    assert "déjà engagé : 50 000 €" in bare(page.main)
    assert page.form(button="Fixer").fields["total"] == ["49 999"]


def test_it_shows_its_movements_and_what_is_committed_once_the_services_are_published(
    app: Flask, office: Visitor
) -> None:
    table = Table()
    table.choose()
    page = office.get(f"{table.base}/enveloppe")
    assert "Ouverture de l’enveloppe" in page.main
    assert "Engagement" not in page.main
    assert "950 000" not in bare(page.main)
    table.publish()
    page = office.get(f"{table.base}/enveloppe")
    assert "Engagement pour un service" in page.main
    assert "-50 000 €" in bare(page.main)
    assert "950 000 €" in bare(page.main)


def test_nobody_else_sees_the_page(app: Flask) -> None:
    table = Table()
    for who in (table.member, table.moderator, factories.person()):
        Visitor(app).sign_in(who).get(f"{table.base}/enveloppe", status=403)
    assert "/connexion" in Visitor(app).get(f"{table.base}/enveloppe").path
