"""The close waits for nobody and lets nobody through."""

from __future__ import annotations

import pytest

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.calendar.queries import window_of
from app.db import advisory_lock, db
from app.errors import PhaseClosed
from app.identity.models import Person
from app.phases import Phase
from tests.support import factories as make
from tests.support.contributions import submit
from tests.support.threads import Race


def test_a_deposit_under_way_when_the_phase_closes_is_judged_by_the_close(race: Race) -> None:
    consultation = make.consultation()
    author = make.agent_of("22113")
    window = window_of(consultation.id, Phase.COLLECTION)
    assert window is not None
    window_id, consultation_id, person_id = window.id, consultation.id, author.id
    db.session.remove()

    def close() -> None:
        advisory_lock(window_id)
        db.session.get_one(PhaseWindow, window_id).closes_at = clock.now()
        db.session.flush()

    def deposit() -> object:
        again = db.session.get_one(Consultation, consultation_id)
        return submit(again, db.session.get_one(Person, person_id)).number

    race.start(close, uncommitted=True)
    deposited = race.start(deposit)
    race.wait_until_blocked()
    race.release.set()
    with pytest.raises(PhaseClosed):
        deposited.result(timeout=10)
