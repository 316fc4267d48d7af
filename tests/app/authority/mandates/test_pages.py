"""Reading mandates, and ending them, in a browser, without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.authority.mandates.uses.queries import USES_PAGE_SIZE
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Action, Level, Role, TerritoryKind
from app.gate.verbs import SUPPORT
from app.identity.models import Person
from app.territories.models import Territory
from tests.support import factories
from tests.support.acts import act_done
from tests.support.mandates import mandated, prepared, reread
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

LIST, MINE = "/ma-collectivite/mandats", "/mon-compte/mandats"


def test_it_is_ended_in_one_click_by_whoever_may_commit(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    made = mandated(helper, lannion, consultation, by=referent)
    agent = Visitor(app).sign_in(factories.agent_of("22113"), stepped_up=False)
    page = agent.get(LIST).click("SICTIAM").form(button="Mettre fin au mandat").send()
    assert "A pris fin" in page.main
    assert "La collectivité a mis fin à ce mandat le" in page.main
    assert "Mettre fin au mandat" not in page.main
    assert "La collectivité a mis fin à ce mandat le" in agent.get(LIST).main
    assert reread(made).ended_by == "territory"


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
    assert "helene@sictiam.exemple.fr" in page.main
    for words in ("Mettre fin au mandat", "Retirer", "Renoncer"):
        assert words not in page.main
    someone.get(f"{LIST}/preparer/{lannion.id}", status=403)
    someone.get(f"{LIST}/{made.id}/signer", status=403)


def test_a_person_is_removed_and_one_renounces(
    app: Flask,
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    referent: Person,
) -> None:
    other = factories.person(full_name="Omar Aide")
    made = prepared(lannion, consultation, helper, other, by=referent)
    browser.get(f"{LIST}/{made.id}/signer").form(button="Signer").send()
    page = browser.get(f"{LIST}/{made.id}").form(button="Retirer helene@").send()
    assert "retirée le" in page.main
    theirs = Visitor(app).sign_in(other, stepped_up=False)
    page = theirs.get(MINE).click("Lannion").form(button="Renoncer").send()
    assert "Ne vous nomme plus" in page.main
    theirs.get(f"{LIST}/{made.id}", status=403)
    assert "plus personne n’y est nommé" in browser.get(LIST).main


def test_the_page_names_who_is_outside_the_structure(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    cotes = factories.territory("22", TerritoryKind.DEPARTEMENT)
    membership = factories.belongs(helper, cotes)
    mandated(helper, lannion, consultation, by=referent, structure=cotes)
    theirs = Visitor(app).sign_in(helper)
    assert "ne vous permet rien" not in theirs.get(MINE).click("Lannion").main
    with transaction():
        membership.ended_at = clock.now()
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
    desk = Visitor(app).sign_in(moderator)
    assert "SICTIAM" in desk.get(f"{LIST}/{made.id}").main
    desk.get(f"{LIST}/{waiting.id}", status=403)
    Visitor(app).sign_in(moderator, stepped_up=False).get(f"{LIST}/{made.id}", status=403)


def test_moderators_read_the_mandates_of_their_consultation_alone(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person, referent: Person
) -> None:
    latest = factories.consultation(title="La dernière")
    here = mandated(helper, lannion, consultation, by=referent)
    there = mandated(helper, lannion, latest, by=referent)
    desk = Visitor(app).sign_in(factories.appointed(Role.MODERATOR, consultation))
    desk.get(f"{LIST}/{here.id}")
    for address in ("", "/texte"):
        desk.get(f"{LIST}/{there.id}{address}", status=403)


def test_what_was_done_is_paged_latest_first_within_the_budget(
    app: Flask,
    browser: Visitor,
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    referent: Person,
) -> None:
    made = mandated(helper, lannion, consultation, by=referent, actions=[Action.SUPPORT])
    now = clock.now()
    with transaction():
        db.session.add_all(
            act_done(
                SUPPORT,
                right_id=made.id,
                person_id=helper.id,
                territory_id=lannion.id,
                consultation_id=consultation.id,
                number=number,
                title=f"Proposition {number}",
                at=now + timedelta(seconds=number),
            )
            for number in range(1, USES_PAGE_SIZE + 2)
        )
    page = browser.get(f"{LIST}/{made.id}")
    assert f"Hélène Aide a soutenu la proposition n° {USES_PAGE_SIZE + 1}" in page.main
    assert "n° 1," not in page.main
    assert "n° 1," in page.click("Suivante").main
    assert "n° 1," in page.click("Tous les actes sur une page").main
    theirs = Visitor(app).sign_in(helper)
    for visitor, address in (
        (browser, f"{LIST}/{made.id}"),
        (browser, LIST),
        (browser, f"{LIST}/preparer/{lannion.id}"),
        (theirs, f"{LIST}/{made.id}"),
        (theirs, MINE),
    ):
        with statements() as asked:
            visitor.get(address)
        assert len(asked) <= 10, (address, asked)


def test_whoever_belongs_nowhere_reads_what_to_do(app: Flask, helper: Person) -> None:
    someone = Visitor(app).sign_in(helper)
    assert "Vous n’appartenez à aucune collectivité" in someone.get(LIST).main
    assert "Aucun mandat ne vous nomme" in someone.get("/mon-compte").click("mes mandats").main
