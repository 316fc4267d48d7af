"""An administrator's journey: a second consultation, from draft to archive, beside another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app import clock
from app.calendar.models import PhaseWindow
from app.db import db, transaction
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.support import factories as make

pytestmark = pytest.mark.browser
PHASES = [phase.label for phase in Phase]


def _give_dates(page: Page) -> None:
    """Phases of twenty days, from next month."""
    today = clock.in_paris(clock.now()).date()
    for rank, phase in enumerate(PHASES, start=1):
        first = today + timedelta(days=30 * rank)
        days = page.get_by_role("group", name=phase)
        days.get_by_label("Premier jour").fill(first.isoformat())
        days.get_by_label("Dernier jour").fill((first + timedelta(days=20)).isoformat())


def _time_passes() -> None:
    """As if every phase were over: days are what nobody waits for."""
    with transaction():
        db.session.execute(
            update(PhaseWindow).values(
                opens_at=PhaseWindow.opens_at - timedelta(days=500),
                closes_at=PhaseWindow.closes_at - timedelta(days=500),
            )
        )


def test_a_second_consultation_goes_from_draft_to_archive(comes: Comes) -> None:
    make.consultation(title="Celle qui court")
    keeper, someone = comes(), comes()
    keeper.sign_in(make.administrator().email)
    keeper.open_account("Consultations")
    keeper.step_up()
    keeper.open_account("Consultations")
    keeper.follow("Nouvelle consultation", within=keeper.main)
    keeper.fill("Titre", "Services 2027")
    keeper.fill("Thématiques", "Eau\nCulture")
    keeper.press("Créer le brouillon")
    _give_dates(keeper.page)
    keeper.press("Enregistrer les dates")
    keeper.reads("Il manque encore", "La présentation est vide")
    someone.goto("/")
    expect(someone.main).not_to_contain_text("Services 2027")
    someone.goto("/consultations/services-2027", status=404)

    keeper.follow("Présentation et thématiques")
    keeper.fill("Présentation", "Pour toutes les communes, les petites d’abord.")
    keeper.press("Enregistrer")
    keeper.follow("L’annoncer")
    keeper.press("Annoncer la consultation")
    someone.goto("/")
    expect(someone.page.get_by_role("heading", level=1)).to_have_text("Celle qui court")
    someone.follow("Services 2027", within=someone.main)
    someone.reads("Pour toutes les communes")

    _time_passes()
    keeper.open_account("Consultations")
    keeper.follow("Archiver Services 2027", within=keeper.main)
    keeper.press("Archiver la consultation")
    keeper.reads("Archivée")
    someone.goto("/")
    someone.follow("Services 2027", within=someone.main)
    someone.reads("tout y reste lisible")
