"""A consultation is a draft its team sees, is announced, runs beside others, and is archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.calendar.queries import consultation_by_slug
from app.db import db, transaction
from app.errors import PhaseClosed
from app.gate.actors import Role
from app.gate.refusals import refusal
from app.gate.verbs import SUBMIT
from app.identity.models import Person
from app.phases import Phase
from funding.schemes.operations import write_scheme
from funding.schemes.queries import schemes
from tests.support import factories
from tests.support.strict_browser import Page, Visitor

HERE = "/consultations/services-2027"


@pytest.fixture
def running(app: Flask) -> Consultation:
    return factories.consultation(slug="en-cours", title="Celle qui court")


@pytest.fixture
def administrator(app: Flask) -> Person:
    return factories.administrator()


@pytest.fixture
def office(visitor: Visitor, running: Consultation, administrator: Person) -> Visitor:
    return visitor.sign_in(administrator)


@pytest.fixture
def someone(app: Flask) -> Visitor:
    return Visitor(app)


def _created(office: Visitor) -> Page:
    """A draft, from home, its address made of its title."""
    page = office.get("/").click("Consultations").click("Nouvelle consultation")
    form = page.form(button="Créer le brouillon")
    return form.send(title="Services 2027", themes="Eau\nCulture\nEau")


def _with_dates(office: Visitor) -> None:
    page = office.get(f"{HERE}/dates")
    page.form(button="Enregistrer").send(**_days(1, 4, 7))


def _days(*months: int) -> dict[str, Any]:
    """Phases of fifty days, each beginning so many months from now."""
    today = clock.in_paris(clock.now()).date()
    return {
        f"{phase}_{end}": today + timedelta(days=30 * month + (50 if end == "last" else 0))
        for phase, month in zip(("collection", "support", "ami"), months, strict=True)
        for end in ("first", "last")
    }


def _presented(office: Visitor) -> None:
    page = office.get(f"{HERE}/presentation")
    page.form(button="Enregistrer").send(summary="Pour toutes les communes.")


def test_a_draft_is_for_its_team_and_replaces_nothing_at_home(
    office: Visitor, someone: Visitor
) -> None:
    """It replaced the running one on everyone's home page, for good."""
    page = _created(office)
    assert page.path == f"{HERE}/dates"
    assert "Seule l’équipe voit cette consultation" in page.main
    home = someone.get("/")
    assert home.heading == "Celle qui court"
    assert "Services 2027" not in home.text
    for path in ("", "/calendrier", "/contributions", "/journal"):
        assert someone.get(HERE + path, status=404).status == 404
    moderator = Visitor(office.app).sign_in(factories.moderator())
    assert moderator.get(HERE).heading == "Services 2027"
    prefecture = Visitor(office.app).sign_in(factories.prefecture())
    assert prefecture.get(HERE, status=404).status == 404


def test_nothing_is_open_in_a_draft_whatever_its_dates(running: Consultation) -> None:
    commune = factories.territory("22113")
    ctx = factories.acting(factories.agent_of("22113"), running)
    assert ctx.calendar is not None
    assert refusal(ctx, SUBMIT, commune) is None
    refused = refusal(
        replace(ctx, calendar=replace(ctx.calendar, announced=False)), SUBMIT, commune
    )
    assert isinstance(refused, PhaseClosed)
    assert "pas encore annoncée" in refused.message


def test_announcing_says_what_is_missing_then_makes_public(
    office: Visitor, someone: Visitor
) -> None:
    _created(office)
    page = office.get("/administration/consultations").click("Annoncer")
    for lack in ("La présentation est vide", "Le recueil des contributions n’a pas de dates"):
        assert lack in page.main
    assert "Annoncer la consultation" not in page.soup.find("main").find_all("button")  # type: ignore[union-attr]
    _presented(office)
    _with_dates(office)
    page = office.get(f"{HERE}/annonce")
    shown = page.form(button="Annoncer la consultation").send()
    assert "tout le monde la voit" in shown.text
    # The one that runs stays in front; the other is told beside it, with its dates.
    home = someone.get("/")
    assert home.heading == "Celle qui court"
    assert someone.get("/").click("Services 2027").heading == "Services 2027"
    assert "La consultation a été annoncée." in someone.get(f"{HERE}/journal").main
    again = office.get(f"{HERE}/annonce")
    assert "déjà annoncée" in again.main


def test_all_dates_are_given_together_and_checked_together(office: Visitor) -> None:
    page = _created(office)
    refused = page.form(button="Enregistrer").send(**_days(4, 1, 7), status=422)
    assert "doit se clore avant l’ouverture" in refused.main
    assert refused.form(button="Enregistrer").fields["ami_first"] != [""]
    _with_dates(office)
    # Later altogether: one by one, each would have run into the next.
    page = office.get(f"{HERE}/dates")
    page.form(button="Enregistrer").send(**_days(2, 5, 8))
    assert "En cours" not in office.get(f"{HERE}/dates").main
    draft = select(Consultation.id).where(Consultation.announced_at.is_(None)).scalar_subquery()
    own = select(PhaseWindow.version).where(PhaseWindow.consultation_id == draft)
    assert db.session.scalars(own).all() == [2, 2, 2]
    office.get(f"{HERE}/presentation").form(button="Enregistrer").send(summary="Pour tous.")
    left_open = office.get(f"{HERE}/dates").form(button="Enregistrer")
    office.get(f"{HERE}/annonce").form(button="Annoncer la consultation").send()
    assert "en disant pourquoi" in left_open.send(**_days(3, 6, 9), status=422).main


def test_a_draft_is_deleted_and_its_address_is_free_again(office: Visitor) -> None:
    _created(office)
    page = office.get("/administration/consultations").click("Supprimer")
    page = page.form(button="Supprimer le brouillon").send()
    assert "Le brouillon est supprimé" in page.text
    assert "Services 2027" not in page.main
    assert office.get(HERE, status=404).status == 404
    assert _created(office).path == f"{HERE}/dates"


def test_what_is_announced_is_not_deleted_even_by_the_page_left_open(office: Visitor) -> None:
    _created(office)
    _presented(office)
    _with_dates(office)
    left_open = office.get(f"{HERE}/suppression").form(button="Supprimer le brouillon")
    office.get(f"{HERE}/annonce").form(button="Annoncer la consultation").send()
    assert "ne se supprime plus" in left_open.send(status=422).main


def test_an_archived_one_stays_readable_and_leaves_home(
    office: Visitor, someone: Visitor, running: Consultation
) -> None:
    over = factories.consultation(phase=Phase.AMI, slug="finie", title="Celle qui est finie")
    assert "n’est pas close" in office.get("/consultations/finie/archivage").main
    with clock.at(clock.now() + timedelta(days=400)):
        office.sign_in_again()
        page = office.get("/administration/consultations").click("Archiver Celle qui est finie")
        page.form(button="Archiver la consultation").send()
    db.session.refresh(over)
    assert over.archived_at is not None
    home = someone.get("/")
    assert "Consultations archivées" in home.main
    page = home.click("Celle qui est finie")
    assert "tout y reste lisible" in page.main


def test_an_earlier_one_lends_its_texts_and_its_rules(office: Visitor) -> None:
    page = office.get("/administration/consultations").click("Reprendre pour une nouvelle")
    form = page.form(button="Créer le brouillon")
    assert form.fields["title"] == ["Celle qui court"]
    assert form.fields["themes"] == ["Citoyenneté\nCulture\nMobilité"]
    assert sorted(form.fields["support_kinds"]) == sorted(factories.COLLECTIVITIES)


def test_one_begun_from_another_takes_its_schemes_and_its_days_brought_to_the_future(
    office: Visitor, running: Consultation
) -> None:
    with transaction():
        write_scheme(
            running,
            name="Guichet",
            description="Un guichet.",
            contact="contact",
            ctx=factories.acting(factories.moderator(), running),
        )
    page = office.get("/administration/consultations").click("Reprendre pour une nouvelle")
    page = page.form(button="Créer le brouillon").send(title="La suite", slug="la-suite")
    fields = page.form(button="Enregistrer les dates").fields
    before = running.calendar().window(Phase.COLLECTION)
    assert before is not None
    first = date.fromisoformat(fields["collection_first"][0])
    last = date.fromisoformat(fields["collection_last"][0])
    today = clock.in_paris(clock.now()).date()
    assert timedelta(days=13) <= first - today <= timedelta(days=21)
    opened = clock.in_paris(before.opens_at).date()
    assert first.weekday() == opened.weekday()
    assert last - first == clock.last_day(before.closes_at) - opened
    page.form(button="Enregistrer les dates").send()
    made = consultation_by_slug("la-suite")
    assert made is not None
    assert [each.name for each in schemes(made.id)] == ["Guichet"]
    assert len(made.calendar().windows) == len(running.calendar().windows)


def test_whoever_contributes_reads_the_guidance_of_their_consultation(
    office: Visitor, running: Consultation
) -> None:
    page = office.get("/consultations/en-cours/presentation")
    page.form(button="Enregistrer").send(guidance="Dites combien d’agents sont concernés.")
    assert "combien d’agents" in office.get("/consultations/en-cours/contributions/nouvelle").main
    page = office.get("/administration/consultations").click("Reprendre pour une nouvelle")
    assert page.form(button="Créer le brouillon").fields["guidance"] == [
        "Dites combien d’agents sont concernés."
    ]


def test_themes_freeze_when_the_collection_opens_and_the_texts_do_not(office: Visitor) -> None:
    page = office.get("/consultations/en-cours/presentation")
    page.form(button="Enregistrer").send(title="Celle qui court toujours")
    assert office.get("/").heading == "Celle qui court toujours"
    page = office.get("/consultations/en-cours/presentation")
    refused = page.form(button="Enregistrer").send(themes="Autre", status=422)
    assert "les thématiques ne changent plus" in refused.main
    _created(office)
    page = office.get(f"{HERE}/presentation")
    page.form(button="Enregistrer").send(themes="Culture\nForêt")
    kept = office.get(f"{HERE}/presentation").form(button="Enregistrer").fields["themes"]
    assert kept == ["Culture\nForêt"]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.COPIL, None])
def test_the_administration_alone_keeps_it(
    visitor: Visitor, running: Consultation, role: Role | None
) -> None:
    who = factories.appointed(role) if role else factories.person()
    visitor.sign_in(who)
    for path in ("/administration/consultations", "/consultations/en-cours/presentation"):
        assert visitor.get(path, status=403).status == 403
    for step in ("annonce", "archivage", "suppression"):
        assert visitor.get(f"/consultations/en-cours/{step}", status=403).status == 403


def test_what_was_announced_stays_so_in_the_database(running: Consultation) -> None:
    with pytest.raises(DBAPIError, match="stays so"):
        db.session.execute(update(Consultation).values(announced_at=None))
    db.session.rollback()
