"""« Usage des mandats »: the moderators of a consultation look, and may end a mandate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.authority.mandates.models import Mandate, MandateAlert
from app.authority.mandates.queries import mandate as read
from app.authority.mandates.rules import SURGE_ACTS
from app.authority.mandates.uses.operations import mark_seen, stop_mandate
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.actors import Role
from app.identity.models import Person
from app.phases import Phase
from tests.support import factories
from tests.support.acts_by_mandate import MAILBOX, done_before
from tests.support.helper_structure import Scene, scene
from tests.support.mandates import mandated, prepared
from tests.support.memberships import received
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

HELPER = "Hélène Aidante"


@pytest.fixture
def support(app: Flask) -> Scene:
    made = scene()
    with transaction():
        made.helper.full_name = HELPER
    return made


def _watch(scene: Scene) -> str:
    return f"/consultations/{scene.consultation.slug}/moderation/mandats"


def _alert(scene: Scene, who: Person | None = None, *, ago: timedelta = timedelta()) -> None:
    with transaction():
        db.session.add(
            MandateAlert(
                person_id=(who or scene.helper).id,
                consultation_id=scene.consultation.id,
                raised_at=clock.now() - ago,
            )
        )


def _read(mandate: Mandate) -> Mandate:
    db.session.rollback()
    found = read(mandate.id)
    assert found is not None
    return found


def test_a_moderator_reads_what_was_done_and_marks_it_seen(app: Flask, support: Scene) -> None:
    mandate = support.mandate()
    done_before(support.helper, mandate, 3, at=clock.now() - timedelta(minutes=2))
    done_before(support.helper, mandate, 1, at=clock.now() - timedelta(minutes=11))
    _alert(support)
    older = factories.person(full_name="Yves Ancien")
    _alert(support, older, ago=timedelta(days=3))
    desk = Visitor(app).sign_in(factories.moderator())
    page = desk.get("/").click("Usage des mandats")
    heads = [h.get_text() for h in page.soup.select("main h2")]
    assert heads == [HELPER, "Yves Ancien", "Mandats en cours"]
    assert "Actes autour de l’alerte 3" in page.main
    assert page.main.count("Lannion (22) — commune SICTIAM") == 3
    assert "soutenu la proposition n° 3, « Avant »" in page.main
    page = page.form(button=f"{HELPER}").send()
    assert "L’alerte est marquée vue." in page.text
    assert [h.get_text() for h in page.soup.select("main h2")][:2] == ["Yves Ancien", HELPER]
    assert page.main.count("À regarder") == 1


def test_no_alert_says_so_and_the_mandates_are_listed(app: Flask, support: Scene) -> None:
    other = factories.consultation(phase=Phase.SUPPORT)
    mandated(support.helper, support.lannion, other, helper_name="Ailleurs")
    prepared(support.lannion, support.consultation, support.helper, helper_name="Pas signé")
    over = support.mandate(helper_name="Fini")
    with transaction():
        db.session.get_one(Mandate, over.id).ended_at = clock.now()
    done_before(support.helper, support.mandate(), 24)
    page = Visitor(app).sign_in(factories.moderator()).get(_watch(support))
    assert "Aucune alerte" in page.main
    assert f"Personne n’a fait {SURGE_ACTS} actes par mandat" in page.main
    assert "24 actes" in page.main
    for words in ("Ailleurs", "Pas signé", "Fini"):
        assert words not in page.main
    page = page.click("via SICTIAM")
    assert "24 actes ont été faits par ce mandat" in page.main
    assert "soutenu la proposition n° 24" in page.main


def test_forty_acts_and_ten_alerts_cost_few_statements(app: Flask, support: Scene) -> None:
    mandate = support.mandate()
    done_before(support.helper, mandate, 120)
    for number in range(11):
        _alert(support, factories.person(), ago=timedelta(days=number))
    _alert(support)
    desk = Visitor(app).sign_in(factories.moderator())
    with statements() as sent:
        page = desk.get(_watch(support))
    assert len(sent) <= 10
    assert "Seuls les 100 premiers actes sont montrés." in page.main
    assert desk.get(f"{_watch(support)}?page=2").main.count("À regarder") == 2


def test_a_consultation_shows_its_own_alerts_only(app: Flask, support: Scene) -> None:
    other = factories.consultation(phase=Phase.SUPPORT)
    done_before(support.helper, mandated(support.helper, support.lannion, other), 2)
    mandate = support.mandate()
    _alert(support)
    everywhere = Visitor(app).sign_in(factories.moderator())
    elsewhere = f"/consultations/{other.slug}/moderation/mandats"
    assert "Aucune alerte" in everywhere.get(elsewhere).main
    everywhere.get(f"{elsewhere}/{mandate.id}", status=404)
    assert "Actes autour de l’alerte 0" in everywhere.get(_watch(support)).main
    here = Visitor(app).sign_in(factories.appointed(Role.MODERATOR, support.consultation))
    here.get(_watch(support))
    here.get(elsewhere, status=403)
    alert = db.session.scalars(select(MandateAlert)).one()
    not_here = factories.acting(factories.appointed(Role.MODERATOR, other), other)
    with pytest.raises(NotAllowed):
        mark_seen(alert, ctx=not_here)
    with pytest.raises(NotAllowed):
        stop_mandate(_read(mandate), reason="De l’autre.", ctx=not_here)


def test_only_moderators_who_confirmed_look(app: Flask, support: Scene) -> None:
    mandate = support.mandate()
    others = (
        factories.administrator(),
        factories.referent_of("22113"),
        support.helper,
        factories.committee_member(support.consultation),
    )
    for path in (_watch(support), f"{_watch(support)}/{mandate.id}"):
        for person in others:
            Visitor(app).sign_in(person).get(path, status=403)
        unconfirmed = Visitor(app).sign_in(factories.moderator(), stepped_up=False)
        assert HELPER not in unconfirmed.ask("GET", path).text


def test_a_moderator_ends_a_mandate_for_a_reason_all_read(
    app: Flask, support: Scene, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, "22113")
    mandate = support.mandate()
    done_before(support.helper, mandate, 3)
    _alert(support)
    desk = Visitor(app).sign_in(factories.moderator())
    page = desk.get(_watch(support)).click("Voir le mandat")
    assert "Ce qui a été signé" in page.main
    assert "Dites pourquoi" in page.form(button="Mettre fin").send(reason=" ", status=422).main
    page = page.form(button="Mettre fin").send(reason="La mairie ne le connaît pas.")
    assert "Ce mandat a pris fin" in page.main
    ended = _read(mandate)
    assert (ended.ended_by, ended.ending) == ("moderator", "La mairie ne le connaît pas.")
    assert not support.supports()
    signer = db.session.get_one(Person, mandate.signed_by_id)
    for address in (support.helper.email, MAILBOX, signer.email):
        mails = [mail for mail in received(sent, address) if "ne le connaît pas" in mail.body]
        assert len(mails) == 1
    assert "/ma-collectivite/" not in received(sent, MAILBOX)[-1].body
    assert "L’équipe de modération a mis fin à ce mandat le" in page.main
    assert "Mettre fin au mandat" not in desk.get(page.path).main


def test_past_its_term_there_is_nothing_to_end(app: Flask, support: Scene) -> None:
    mandate = support.mandate(days=1)
    with clock.at(mandate.ends_at):
        page = Visitor(app).sign_in(factories.moderator()).get(f"{_watch(support)}/{mandate.id}")
    assert "À son terme" in page.text
    assert "inclus" in page.main
    assert "Mettre fin" not in page.main


def test_what_is_contested_over_or_not_signed_is_not_ended_so(app: Flask, support: Scene) -> None:
    ctx = factories.acting(factories.moderator())
    waiting = prepared(support.lannion, support.consultation, support.helper)
    with pytest.raises(Conflict, match="pas signé"):
        stop_mandate(_read(waiting), reason="Non.", ctx=ctx)
    mandate = support.mandate()
    with pytest.raises(Invalid):
        stop_mandate(_read(mandate), reason="  ", ctx=ctx)
    with transaction():
        db.session.get_one(Mandate, mandate.id).contested_at = clock.now()
    with pytest.raises(Conflict, match="contesté"):
        stop_mandate(_read(mandate), reason="Non.", ctx=ctx)
    with transaction():
        db.session.get_one(Mandate, mandate.id).contested_at = None
    with transaction():
        stop_mandate(_read(mandate), reason="Inconnu.", ctx=ctx)
    with pytest.raises(Conflict, match="déjà pris fin"):
        stop_mandate(_read(mandate), reason="Encore.", ctx=ctx)
