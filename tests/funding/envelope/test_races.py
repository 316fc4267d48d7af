"""Amounts committed at once: those that fit are, the envelope is never exceeded."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict
from app.identity.models import Person
from funding.envelope.operations import commit_amount, set_envelope
from funding.envelope.queries import envelope_of
from tests.support import factories
from tests.support.service_choice import EURO, Table, events, kept
from tests.support.threads import Race

RACERS = 60 if os.environ.get("PROOFS") == "full" else 12
FITTING = RACERS // 2


def _commit(consultation_id: UUID, person_id: UUID, euros: int) -> None:
    consultation = db.session.get_one(Consultation, consultation_id)
    envelope = envelope_of(consultation_id)
    assert envelope is not None
    commit_amount(
        envelope,
        purpose=uuid4(),
        amount_cents=euros * EURO,
        ctx=context_for(db.session.get_one(Person, person_id), consultation),
    )


@pytest.mark.proof
def test_of_amounts_that_exceed_together_those_that_fit_are_committed(app: Flask) -> None:
    """Seen to fail without the row's lock: amounts read together overwrote one another."""
    table = Table(euros=FITTING * 100)
    consultation_id, person_id = table.id, table.member.id
    db.session.rollback()
    barrier = Barrier(RACERS)

    def run(_: int) -> object:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    _commit(consultation_id, person_id, 100)
                return None
            except Exception as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(run, range(RACERS)))
    assert answers.count(None) == FITTING, answers
    assert sum(isinstance(answer, Conflict) for answer in answers) == RACERS - FITTING, answers
    assert kept(table.consultation) == (FITTING * 100 * EURO, FITTING * 100 * EURO)
    assert events("AmountCommitted") == FITTING


def test_the_second_of_two_amounts_is_judged_on_what_the_first_leaves(race: Race) -> None:
    table = Table(euros=1_000)
    consultation_id, person_id = table.id, table.member.id
    race.start(lambda: _commit(consultation_id, person_id, 600), uncommitted=True)
    late = race.start(lambda: _commit(consultation_id, person_id, 600))
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict)
    assert kept(table.consultation) == (600 * EURO, 600 * EURO)


def test_the_envelope_is_not_lowered_under_an_amount_being_committed(race: Race) -> None:
    table = Table(euros=1_000)
    consultation_id, person_id = table.id, table.member.id
    admin_id = factories.administrator().id

    def lower() -> None:
        consultation = db.session.get_one(Consultation, consultation_id)
        set_envelope(
            consultation,
            total_cents=500 * EURO,
            usual_share=50,
            ctx=context_for(db.session.get_one(Person, admin_id), consultation),
        )

    race.start(lambda: _commit(consultation_id, person_id, 600), uncommitted=True)
    late = race.start(lower)
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict)
