"""Versions of a subject follow one another, whoever acts at once, at two statements an act."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.gate.actors import NOBODY, Context
from app.journal.events import FreeText
from app.journal.models import JournalEvent
from app.journal.operations import record_all
from consultation.triage.events import ContributionRejected, OutcomeUndone
from tests.support import factories
from tests.support.sql_counter import statements
from tests.support.threads import Race

pytestmark = pytest.mark.usefixtures("app")


def _happens(*subjects: UUID, ctx: Context | None = None) -> None:
    record_all(
        [OutcomeUndone(subject_id=str(id_), number=1) for id_ in subjects],
        ctx=ctx or Context(NOBODY, clock.now()),
    )


def _rejected(*subjects: UUID, ctx: Context) -> None:
    reason = FreeText("Hors champ.")
    record_all(
        [ContributionRejected(subject_id=str(id_), number=1, reason=reason) for id_ in subjects],
        ctx=ctx,
    )


def _versions(subject: UUID) -> list[int]:
    found = db.session.scalars(
        select(JournalEvent.subject_version)
        .where(JournalEvent.subject_id == subject)
        .order_by(JournalEvent.subject_version)
    ).all()
    db.session.rollback()
    return list(found)


@pytest.mark.parametrize("before", [0, 1])
def test_an_act_waits_for_the_one_under_way_on_its_subject_and_follows_it(
    race: Race, before: int
) -> None:
    subject = uuid4()
    with transaction():
        for _ in range(before):
            _happens(subject)
    race.start(lambda: _happens(subject), uncommitted=True)
    late = race.start(lambda: _happens(subject))
    race.wait_until_blocked()
    race.release.set()
    late.result(60)
    assert _versions(subject) == list(range(1, before + 3))


def test_two_batches_that_share_subjects_wait_for_one_another_without_a_knot(race: Race) -> None:
    shared = [uuid4() for _ in range(20)]
    race.start(lambda: _happens(*shared[:15]), uncommitted=True)
    late = [race.start(lambda: _happens(*reversed(shared))) for _ in range(2)]
    race.wait_until_blocked()
    race.release.set()
    for one in late:
        one.result(60)
    assert [_versions(subject) for subject in shared] == [[1, 2, 3]] * 15 + [[1, 2]] * 5


def test_an_act_costs_two_statements_and_the_next_on_its_subject_one() -> None:
    ctx = factories.acting(factories.moderator(), factories.consultation())
    subject, other = uuid4(), uuid4()
    with transaction():
        db.session.connection()
        costs = []
        for subjects in ((subject,), (subject,), (subject, other), (subject, other)):
            with statements() as sent:
                _rejected(*subjects, ctx=ctx)
            costs.append(len(sent))
    assert costs == [2, 1, 2, 1]
    assert (_versions(subject), _versions(other)) == ([1, 2, 3, 4], [1, 2])


def test_who_acts_next_is_asked_for_though_the_subject_is_known() -> None:
    consultation, subject = factories.consultation(), uuid4()
    with transaction():
        for who in (factories.moderator(), factories.moderator(), None):
            _happens(subject, ctx=factories.acting(who, consultation))
    assert _versions(subject) == [1, 2, 3]


def test_what_a_transaction_knew_ends_with_it() -> None:
    subject = uuid4()
    _happens(subject)
    db.session.rollback()
    with transaction():
        _happens(subject)
    with transaction():
        _happens(subject)
    assert _versions(subject) == [1, 2]


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_known_in_a_savepoint_ends_with_it(kept: bool) -> None:
    subject = uuid4()
    with transaction():
        _happens(subject)
        savepoint = db.session.begin_nested()
        _happens(subject)
        _happens(subject)
        savepoint.commit() if kept else savepoint.rollback()
        _happens(subject)
    assert _versions(subject) == ([1, 2, 3, 4] if kept else [1, 2])
