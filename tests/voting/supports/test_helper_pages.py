"""The pages of a proposal for who supports it by a mandate, and what everyone reads there."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.authority.memberships.models import Membership
from app.context import context_for
from app.db import db, transaction
from app.errors import NotAllowed
from app.formats import day
from app.gate.actors import Action, Level
from tests.support import factories
from tests.support.acts_by_mandate import MAILBOX, journal_sentences
from tests.support.helper_structure import Scene, scene
from tests.support.mandates import mandated
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor
from voting.supports.models import Support
from voting.supports.operations import give_support

VIA = "via SICTIAM"


@pytest.fixture
def support(app: Flask) -> Scene:
    factories.mailbox(MAILBOX, "22113")
    return scene()


def _give(scene: Scene) -> Support:
    with transaction():
        return give_support(
            scene.proposal,
            on_behalf_of=scene.lannion,
            ctx=context_for(scene.helper, scene.consultation),
        )


def _panel(page: Page, name: str) -> str:
    """What the page says of one of the territories one acts for."""
    for heading in page.soup.select("main h2"):
        if heading.get_text(strip=True).startswith(name):
            assert heading.parent is not None
            return " ".join(heading.parent.get_text(" ").replace("\u00a0", " ").split())
    raise AssertionError(f"nothing of {name}")


def test_a_helper_of_three_communes_sees_each_with_its_own_state_and_button(
    app: Flask, support: Scene
) -> None:
    support.mandate()
    for code in ("22278", "22168"):
        mandated(support.helper, factories.territory(code), support.consultation)
    helper = Visitor(app).sign_in(support.helper)
    path = f"/consultations/{support.consultation.slug}/propositions/1"
    with statements() as sent:
        page = helper.get(path)
    assert len(sent) <= 10
    names = [factories.territory(code).name for code in ("22113", "22278", "22168")]
    assert all(VIA in _panel(page, name) for name in names)
    assert page.main.count("Un seul soutien par collectivité") == 3
    page = page.form(button=f"au nom de {names[1]}").send()
    assert f"{names[1]} soutient cette proposition." in page.text
    assert "Retirer le soutien" in _panel(page, names[1])
    assert f"Soutient depuis le {day(clock.now())}, {VIA}" in _panel(page, names[1])
    assert all("Retirer" not in _panel(page, name) for name in (names[0], names[2]))
    listed = helper.get(f"/consultations/{support.consultation.slug}/propositions")
    assert "1 collectivité que vous aidez la soutient" in listed.main
    assert "Votre collectivité" not in listed.main


def test_everyone_reads_via_whom_and_nobody_s_name(app: Flask, support: Scene) -> None:
    support.mandate()
    _give(support)
    base = f"/consultations/{support.consultation.slug}"
    for path in (f"{base}/propositions/1", f"{base}/journal", "/territoires/commune/22113"):
        page = Visitor(app).get(path)
        assert VIA in page.main, path
        assert support.helper.full_name not in page.text
        assert "@" not in page.text
    member = factories.agent_of("22113")
    page = Visitor(app).sign_in(member).get("/ma-collectivite")
    assert f"par {support.helper.full_name}, SICTIAM, par mandat" in page.main


def test_a_person_without_a_mandate_of_the_action_is_offered_nothing(
    app: Flask, support: Scene
) -> None:
    support.mandate(actions=(Action.SUBMIT,))
    helper = Visitor(app).sign_in(support.helper)
    page = helper.get(f"/consultations/{support.consultation.slug}/propositions/1")
    assert "Soutenir au nom" not in page.main
    assert "Aucun de vos mandats ne permet de soutenir" in page.main
    assert "Demander mon rattachement" not in page.main
    assert page.click("Mes mandats").path == "/mon-compte/mandats"


def test_who_is_contested_there_gives_nothing_by_a_mandate(app: Flask, support: Scene) -> None:
    support.mandate()
    factories.belongs(support.helper, support.lannion, level=Level.MEMBER)
    with transaction():
        membership = db.session.scalars(
            select(Membership).where(
                Membership.person_id == support.helper.id,
                Membership.territory_id == support.lannion.id,
            )
        ).one()
        membership.contested_at = clock.now()
    with pytest.raises(NotAllowed):
        _give(support)
    helper = Visitor(app).sign_in(support.helper)
    page = helper.get(f"/consultations/{support.consultation.slug}/propositions/1")
    assert "au nom de Lannion" not in page.main
    assert "Votre rattachement est suspendu" in page.main


def test_of_two_mandates_the_first_signed_is_named_on_the_page_and_in_the_journal(
    app: Flask, support: Scene
) -> None:
    support.mandate()
    for name in ("Mégalis", "Adullact", "Bretagne numérique"):
        mandated(support.helper, support.lannion, support.consultation, helper_name=name)
    page = Visitor(app).sign_in(support.helper)
    assert VIA in page.get(f"/consultations/{support.consultation.slug}/propositions/1").main
    _give(support)
    assert (
        journal_sentences(support.consultation.id)[0]
        == "Lannion, via SICTIAM, soutient la proposition n° 1."
    )
