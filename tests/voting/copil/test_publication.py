"""The decisions become public all at once, and each author learns what became of theirs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import delete

from app import clock
from app.calendar.models import PhaseWindow
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.formats import period, sentence_of
from app.identity.models import Appointment
from app.journal.events import Disclosure
from app.journal.queries import entries
from app.journal.rules import Disclosed
from app.phases import Phase, PublicationKind
from consultation.proposals.models import Maturity, Stage
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.committee import Room, events
from tests.support.moderation_desk import plain
from tests.support.publications import published_at
from tests.support.worker import work
from voting.copil.publication.operations import publish_selection
from voting.copil.queries import count_recipients, organisations_sitting, public_ranking

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def room() -> Room:
    return Room()


def _refusal(room: Room) -> str:
    with pytest.raises(Conflict) as caught:
        publish_selection(room.consultation, ctx=room.agency)
    db.session.rollback()
    return plain(sentence_of(caught.value))


def test_publishing_is_refused_while_a_proposal_has_no_verdict_or_none_is_selected(
    room: Room,
) -> None:
    assert "Aucune proposition n’est retenue." in _refusal(room)
    one, two, three = (room.proposal() for _ in range(3))
    assert "3 propositions : n° 1, 2, 3." in _refusal(room)
    room.decides(one, Stage.DECLINED)
    room.decides(two, Stage.DEFERRED)
    assert "de la proposition n° 3." in _refusal(room)
    room.decides(three, Stage.DECLINED)
    assert "Aucune proposition n’est retenue." in _refusal(room)
    with pytest.raises(NotAllowed):
        publish_selection(room.consultation, ctx=room.ctx)


def test_publishing_carries_every_stage_and_journals_each_once(room: Room) -> None:
    one, two = room.proposal(supports=3, maturity=Maturity.IN_USE), room.proposal()
    unwritten = factories.written_proposal(room.consultation)
    room.decides(one)
    room.decides(two, Stage.DECLINED)
    with clock.at(clock.now()):
        instant = clock.now()
        room.publishes()
    assert [p.stage for p in (one, two, unwritten)] == [
        Stage.SELECTED,
        Stage.DECLINED,
        Stage.WRITTEN,
    ]
    assert published_at(room.id, PublicationKind.SELECTION) == instant
    assert "sont publiées" in _refusal(room)
    assert events(one) == events(two) == ["ProposalDecided", "DecisionPublished"]


def test_the_journal_and_the_public_reads_are_silent_until_then(room: Room) -> None:
    proposal = room.proposal()
    room.decides(proposal)
    at_once: set[Disclosed] = {Disclosure.AT_ONCE, PublicationKind.PROPOSALS}
    assert not [e for e in entries(room.id, disclosures=at_once).items if "comité" in e.sentence]
    assert public_ranking(room.id).lines == ()
    room.publishes()
    assert [line.stage for line in public_ranking(room.id).lines] == [Stage.SELECTED]
    assert public_ranking(Room().id).lines == ()


def test_who_sat_is_shown_by_organisation_at_the_time(room: Room) -> None:
    factories.committee_member(room.consultation, "Élus numériques")
    factories.committee_member(room.consultation)
    before = clock.now()
    with transaction():
        db.session.get_one(Appointment, _appointment(room)).ended_at = clock.now()
    assert list(organisations_sitting(room.id, before)) == [
        "Association de maires",
        "Élus numériques",
    ]
    assert "Association de maires" in organisations_sitting(room.id, clock.now())
    assert organisations_sitting(Room().id, before) == []


def _appointment(room: Room) -> object:
    return db.session.scalar(
        db.select(Appointment.id).where(Appointment.person_id == room.member.id)
    )


def test_each_author_gets_one_message_about_all_their_proposals(
    app: Flask, sent: list[EmailMessage], monkeypatch: pytest.MonkeyPatch, room: Room
) -> None:
    monkeypatch.setitem(app.config, "SERVER_NAME", "localhost")
    ana, bob = (factories.person(email=f"{who}@exemple.fr") for who in ("ana", "bob"))
    wifi, ateliers = (room.desk.contribution(t, author=ana) for t in ("Du wifi", "Des ateliers"))
    rond_point = room.desk.contribution("Un rond-point", author=bob)
    one = room.proposal("Connecter & relier", gathers=(wifi, ateliers))
    two = room.proposal("Former", gathers=(ateliers,))
    three = room.proposal("Rouler", gathers=(rond_point,))
    room.decides(one, Stage.SELECTED, "Très attendue.")
    room.decides(two, Stage.DEFERRED, "À mûrir.")
    room.decides(three, Stage.DECLINED, "Peu soutenue.")
    assert (sent, count_recipients(room.id)) == ([], 2)
    room.publishes()
    work()
    messages = {message.to[0]: message for message in sent}
    assert (set(messages), len(sent)) == ({"ana@exemple.fr", "bob@exemple.fr"}, 2)
    to_ana, to_bob = (plain(str(messages[who.email].body)) for who in (ana, bob))
    calendar = room.agency.calendar
    window = calendar.window(Phase.AMI) if calendar else None
    assert window is not None
    assert messages["ana@exemple.fr"].subject == (
        "Une proposition issue de vos contributions est retenue"
    )
    for words in (
        "« Connecter & relier »",
        "Elle est retenue.",
        "Très attendue.",
        "« Du wifi »",
        "« Former »",
        "Elle est différée.",
        "À mûrir.",
        plain(period(window)),
        f"/consultations/{room.slug}/ami/{one.number}",
        f"/consultations/{room.slug}/decisions",
    ):
        assert words in to_ana, words
    assert "Rouler" not in to_ana
    assert "Elle n’est pas retenue." in to_bob
    assert "Peu soutenue." in to_bob
    assert "appel à manifestation" not in to_bob


def test_without_dates_for_the_call_the_message_says_so(
    app: Flask, sent: list[EmailMessage], monkeypatch: pytest.MonkeyPatch, room: Room
) -> None:
    monkeypatch.setitem(app.config, "SERVER_NAME", "localhost")
    wifi = room.desk.contribution("Du wifi", author=factories.person())
    proposal = room.proposal(gathers=(wifi,))
    by_hand(
        delete(PhaseWindow).where(
            PhaseWindow.consultation_id == room.id, PhaseWindow.phase == Phase.AMI
        )
    )
    room.decides(proposal)
    room.publishes()
    work()
    assert "ses dates seront publiées au calendrier" in plain(str(sent[0].body))
    assert published_at(room.id, PublicationKind.SELECTION) is not None
