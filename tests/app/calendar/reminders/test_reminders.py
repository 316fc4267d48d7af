"""Whoever keeps a draft, or asked and supports nothing yet, is reminded once of each close."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.calendar.models import Consultation
from app.calendar.queries import window_of
from app.calendar.reminders.operations import take_unreminded
from app.calendar.reminders.queries import closing_soon
from app.db import db, transaction
from app.identity.models import Person
from app.phases import Phase
from consultation.contributions.drafts.jobs import remind_of_drafts
from tests.support import factories as make
from tests.support.contributions import draft
from tests.support.strict_browser import Visitor
from tests.support.threads import Race
from tests.support.worker import work
from voting.supports.jobs import remind_of_supports
from voting.supports.operations import give_support


@pytest.fixture
def collecting(app: Flask) -> Consultation:
    return make.consultation(phase=Phase.COLLECTION, slug="essai")


@pytest.fixture
def supporting(app: Flask) -> Consultation:
    return make.consultation(phase=Phase.SUPPORT, slug="essai")


def _before(
    consultation: Consultation, phase: Phase, delay: timedelta
) -> AbstractContextManager[None]:
    window = window_of(consultation.id, phase)
    assert window is not None
    return clock.at(window.closes_at - delay)


def _play(job: Callable[[], object]) -> None:
    with transaction():
        job()
    work()


def _asks(visitor: Visitor, person: Person) -> None:
    page = visitor.sign_in(person).get("/consultations/essai/propositions")
    page = page.form(button="Me rappeler la clôture").send()
    assert "un courriel vous le rappellera" in page.main


def test_a_draft_is_recalled_once_within_three_days_of_the_close(
    collecting: Consultation, sent: list[EmailMessage]
) -> None:
    kept = draft(collecting, author := make.agent_of("22113"))
    with _before(collecting, Phase.COLLECTION, timedelta(days=3, seconds=1)):
        _play(remind_of_drafts.function)
    assert sent == []
    with _before(collecting, Phase.COLLECTION, timedelta(days=3)):
        _play(remind_of_drafts.function)
        _play(remind_of_drafts.function)
    (letter,) = sent
    assert letter.to == [author.email]
    assert kept.title in letter.body


def test_after_the_close_nobody_is_reminded(
    collecting: Consultation, sent: list[EmailMessage]
) -> None:
    draft(collecting, make.agent_of("22113"))
    with _before(collecting, Phase.COLLECTION, timedelta()):
        _play(remind_of_drafts.function)
    assert sent == []


def test_a_close_put_off_is_another_close(
    collecting: Consultation, sent: list[EmailMessage]
) -> None:
    draft(collecting, make.agent_of("22113"))
    with _before(collecting, Phase.COLLECTION, timedelta(days=1)):
        _play(remind_of_drafts.function)
    window = window_of(collecting.id, Phase.COLLECTION)
    assert window is not None
    with transaction():
        window.closes_at += timedelta(days=10)
    with _before(collecting, Phase.COLLECTION, timedelta(days=1)):
        _play(remind_of_drafts.function)
    assert len(sent) == 2


def test_who_asked_and_supports_nothing_is_reminded(
    app: Flask, supporting: Consultation, sent: list[EmailMessage]
) -> None:
    proposal = make.published_proposal(supporting)
    idle, asleep, active = (make.agent_of(code) for code in ("22113", "29019", "60057"))
    changed = make.agent_of("63113")
    for person in (idle, active, changed):
        _asks(Visitor(app), person)
    given_up = Visitor(app).sign_in(changed).get("/consultations/essai/propositions")
    given_up.form(button="Ne plus me rappeler").send()
    with transaction():
        give_support(
            proposal,
            on_behalf_of=make.territory("60057"),
            ctx=make.acting(active, supporting),
        )
    with _before(supporting, Phase.SUPPORT, timedelta(days=2)):
        _play(remind_of_supports.function)
        _play(remind_of_supports.function)
    assert [each.to for each in sent] == [[idle.email]]
    assert asleep.email not in {each.to[0] for each in sent}
    assert "/consultations/essai/propositions" in sent[0].body


def test_two_workers_never_remind_the_same_person(collecting: Consultation, race: Race) -> None:
    person = make.person().id
    with _before(collecting, Phase.COLLECTION, timedelta(days=1)):
        (closing,) = closing_soon(Phase.COLLECTION, clock.now())
    first = race.start(lambda: take_unreminded(closing, [person]), uncommitted=True)
    second = race.start(lambda: take_unreminded(closing, [person]))
    race.wait_until_blocked()
    race.release.set()
    assert (first.result(), second.result()) == ([person], [])
    db.session.rollback()
