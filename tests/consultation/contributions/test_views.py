"""Writing contributions, in a browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.calendar.models import Consultation
from app.calendar.queries import window_of
from app.db import db, transaction
from app.gate.actors import TerritoryKind
from app.identity.models import Person
from app.phases import Phase
from consultation.contributions.models import Contribution, Kind, Status
from tests.support import factories as make
from tests.support.contributions import draft, events, submit
from tests.support.strict_browser import Page, Visitor


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(slug="essai")


@pytest.fixture
def author(consultation: Consultation) -> Person:
    return make.agent_of("22113")


BASE = "/consultations/essai/contributions"
WORDS: dict[str, Any] = {
    "kind": "need",
    "title": "Prévenir des coupures d’eau",
    "beneficiaries": "les abonnés",
    "description": "Un message suffirait.",
}


def _fill(page: Page, *, button: str = "Déposer", status: int | None = None, **typed: Any) -> Page:
    """Send the form of a contribution, whole by default."""
    theme = next(
        option["value"]
        for option in page.soup.select("select[name=theme] option")
        if option.get_text(strip=True) == "Mobilité"
    )
    form = page.form(button=button)
    return form.send(status=status, **{**WORDS, "theme": theme, **typed})


def _stored() -> list[Contribution]:
    db.session.rollback()
    return list(db.session.scalars(select(Contribution).order_by(Contribution.created_at)))


def test_writing_asks_to_sign_in_first(visitor: Visitor, consultation: Consultation) -> None:
    for path in ("nouvelle", "mes-contributions", "1/modifier", "1/retirer"):
        assert "Se connecter" in visitor.get(f"{BASE}/{path}").heading


def test_a_contribution_is_deposited(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    visitor.sign_in(author)
    page = visitor.get(BASE).click("Déposer une contribution")
    page = _fill(page)
    assert page.heading == WORDS["title"]
    assert "Votre contribution n° 1 est déposée." in page.main
    (stored,) = _stored()
    assert events(stored) == ["ContributionSubmitted"]


def test_addresses_and_numbers_are_shown_before_they_are_published(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    visitor.sign_in(author)
    told = "Appelez le 06 12 34 56 78, ou mairie@exemple.fr."
    page = _fill(visitor.get(f"{BASE}/nouvelle"), description=told, status=422)
    assert "Tout le monde lira ces coordonnées" in page.main
    assert _stored() == []
    _fill(page, button="Les ôter et déposer", description=told)
    _fill(page, button="Déposer tel quel", description=told)
    assert [each.description for each in _stored()] == ["Appelez le […], ou […].", told]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    visitor.sign_in(author)
    page = (
        visitor.get(f"{BASE}/nouvelle")
        .form(button="Déposer")
        .send(title="Un titre", description="  ", beneficiaries="moi", status=422)
    )
    for said in ("besoin ou d’un service", "Choisissez une thématique", "Décrivez"):
        assert said in page.main
    assert page.soup.find("input", {"name": "title"})["value"] == "Un titre"  # type: ignore[index]
    page = _fill(visitor.get(f"{BASE}/nouvelle"), title="x" * 161, status=422)
    assert "160" in page.main
    assert _stored() == []


def test_a_draft_is_kept_completed_and_deposited(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    visitor.sign_in(author)
    page = (
        visitor.get(f"{BASE}/nouvelle")
        .form(button="Enregistrer le brouillon")
        .send(title="Une idée", shared=[])
    )
    assert "Votre brouillon est enregistré" in page.main
    page = page.click("Mes contributions")
    assert "Brouillon, personne d’autre ne le voit" in page.main
    assert "Complétez-le et déposez-le" in page.main
    page = _fill(page.click("Compléter"), kind="service")
    assert "n° 1 est déposée" in page.main
    (stored,) = _stored()
    assert (stored.kind, stored.status) == (Kind.SERVICE, Status.SUBMITTED)
    page = visitor.get(f"{BASE}/brouillons/{stored.id}")
    assert page.heading == WORDS["title"]


def test_a_draft_is_thrown_away(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    draft(consultation, author)
    visitor.sign_in(author)
    page = visitor.get(f"{BASE}/mes-contributions").click("Supprimer")
    page = page.form(button="Supprimer le brouillon").send()
    assert "Le brouillon est supprimé." in page.main
    assert _stored() == []


def test_a_draft_is_nobody_elses(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    kept = draft(consultation, author)
    assert "Se connecter" in visitor.get(f"{BASE}/brouillons/{kept.id}").heading
    visitor.sign_in(make.agent_of("22113"))
    visitor.get(f"{BASE}/brouillons/{kept.id}", status=404)
    visitor.get(f"{BASE}/brouillons/{kept.id}/supprimer", status=404)
    other = make.consultation(slug="autre")
    visitor.sign_in(author)
    visitor.get(f"/consultations/{other.slug}/contributions/brouillons/{kept.id}", status=404)


def test_without_a_membership_one_keeps_a_draft_and_learns_how_to_get_one(
    visitor: Visitor, consultation: Consultation
) -> None:
    visitor.sign_in(make.person())
    page = visitor.get(f"{BASE}/nouvelle")
    assert "Il vous manque un rattachement" in page.main
    assert "Demander mon rattachement à un territoire" in page.links()
    assert "Déposer la contribution" not in page.main
    page = _fill(page, button="Enregistrer le brouillon")
    assert "Votre brouillon est enregistré" in page.main


def test_without_a_profile_one_keeps_a_draft_and_is_led_to_it(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    with transaction():
        author.function = ""
    visitor.sign_in(author)
    page = visitor.get(f"{BASE}/nouvelle")
    assert "Votre profil est à compléter" in page.main
    assert "Compléter mon profil" in page.links()
    _fill(page, button="Enregistrer le brouillon")
    assert [c.status for c in _stored()] == [Status.DRAFT]


def test_one_chooses_among_several_territories(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    perros = make.territory("22168")
    make.belongs(author, perros)
    visitor.sign_in(author)
    page = visitor.get(f"{BASE}/nouvelle")
    assert "Dites au nom de qui" in _fill(page, status=422).main
    page = _fill(page, on_behalf_of=perros.id)
    assert perros.label in page.main


def test_a_kind_that_may_not_deposit_reads_so_and_keeps_its_words(
    visitor: Visitor, app: Flask
) -> None:
    make.consultation(
        slug="essai", rules={**make.RULES_2021, "contribution:submit": [TerritoryKind.REGION]}
    )
    visitor.sign_in(make.agent_of("22113"))
    page = _fill(visitor.get(f"{BASE}/nouvelle"), status=403)
    assert "les communes ne peuvent pas déposer une contribution" in page.main
    assert WORDS["description"] in page.main


def test_before_the_opening_one_prepares_a_draft(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    with clock.at(clock.now() - timedelta(days=10)):
        visitor.sign_in(author)
        page = visitor.get(f"{BASE}/nouvelle")
        assert "Le recueil ouvrira le" in page.main
        assert "Déposer la contribution" not in page.main
        page = _fill(page, button="Enregistrer le brouillon")
        page = page.click("Mes contributions")
        assert "Vous le déposerez à l’ouverture" in page.main


def test_a_form_sent_after_the_close_is_refused_and_keeps_its_words(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author, title="Déjà là")
    window = window_of(consultation.id, Phase.COLLECTION)
    assert window is not None
    closes_at = window.closes_at
    visitor.sign_in(author)
    new, edit = visitor.get(f"{BASE}/nouvelle"), visitor.get(f"{BASE}/1/modifier")
    with clock.at(closes_at):
        page = _fill(new, status=409)
        assert "close depuis le" in page.main
        assert WORDS["description"] in page.main
        page = page.form(button="Enregistrer le brouillon").send()
        assert "Le brouillon est enregistré" in page.main
        page = _fill(edit, button="Enregistrer les modifications", status=409, title="Trop tard")
        assert page.soup.find("input", {"name": "title"})["value"] == "Trop tard"  # type: ignore[index]
        visitor.get(f"{BASE}/1/modifier", status=409)
        page = visitor.get(f"{BASE}/nouvelle")
        assert "on ne dépose plus" in page.main
        assert page.soup.find("textarea") is None
        assert "Modifier" not in visitor.get(f"{BASE}/1").main
        assert "Elle est examinée avec les autres" in visitor.get(f"{BASE}/mes-contributions").main
    assert db.session.scalar(select(func.count(Contribution.id))) == 2


def test_an_author_edits_and_withdraws(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author)
    visitor.sign_in(author)
    page = visitor.get(f"{BASE}/1").click("Modifier")
    page = page.form(button="Enregistrer").send(title="Un meilleur titre")
    assert page.heading == "Un meilleur titre"
    page = visitor.get(f"{BASE}/1/retirer").form(button="Retirer la contribution").send()
    assert "La contribution n° 1 est retirée." in page.main
    assert "Retirée, elle n’est plus publique" in page.main
    assert "Vous avez retiré cette contribution" in visitor.get(f"{BASE}/1").main
    (stored,) = _stored()
    assert events(stored)[1:] == ["ContributionEdited", "ContributionWithdrawn"]


def test_nobody_edits_or_withdraws_for_another(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author)
    page = visitor.sign_in(author).get(f"{BASE}/1/modifier")
    form = page.form(button="Enregistrer")
    visitor.sign_in(make.agent_of("22113"))
    assert "Modifier" not in visitor.get(f"{BASE}/1").main
    visitor.get(f"{BASE}/1/modifier", status=403)
    visitor.get(f"{BASE}/1/retirer", status=403)
    form.send(title="À moi", status=403)


def test_two_tabs_do_not_write_over_each_other(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    submit(consultation, author)
    visitor.sign_in(author)
    one, two = visitor.get(f"{BASE}/1/modifier"), visitor.get(f"{BASE}/1/modifier")
    one.form(button="Enregistrer").send(title="Dans le premier onglet")
    page = two.form(button="Enregistrer").send(title="Dans le second", status=409)
    assert "sans doute dans un autre onglet" in page.main
    assert "Dans le premier onglet" in page.main
    assert page.soup.find("input", {"name": "title"})["value"] == "Dans le second"  # type: ignore[index]
    assert page.form(button="Enregistrer").send().heading == "Dans le second"


def test_two_tabs_of_a_draft_do_not_either(
    visitor: Visitor, consultation: Consultation, author: Person
) -> None:
    kept = draft(consultation, author)
    visitor.sign_in(author)
    one, two = (visitor.get(f"{BASE}/brouillons/{kept.id}") for _ in range(2))
    one.form(button="Enregistrer").send(title="Dans le premier onglet")
    page = two.form(button="Enregistrer").send(title="Dans le second", status=409)
    assert "Dans le premier onglet" in page.main
    page.form(button="Enregistrer").send()
    assert [c.title for c in _stored()] == ["Dans le second"]
