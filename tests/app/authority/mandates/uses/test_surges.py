"""Many acts by one person in little time call for the moderators’ eye."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.authority.mandates.models import MandateAlert
from app.authority.mandates.rules import SURGE_ACTS, SURGE_SPAN
from app.authority.rights.acts.jobs import send_act
from app.authority.rights.acts.queries import unsent
from app.calendar.models import Consultation
from app.context import context_for
from app.db import db, transaction
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts_by_mandate import alerts, done_before
from tests.support.helper_structure import Scene, scene
from tests.support.mandates import mandated
from tests.support.threads import Race
from voting.supports.operations import give_support


@pytest.fixture
def support(app: Flask) -> Scene:
    return scene()


def _give(scene: Scene, where: Territory, proposal: Proposal | None = None) -> None:
    with transaction():
        give_support(
            proposal or scene.proposal,
            on_behalf_of=where,
            ctx=context_for(scene.helper, scene.consultation),
        )


@pytest.mark.parametrize(
    ("before", "ago", "raised"),
    [
        (SURGE_ACTS - 1, timedelta(0), 1),
        (SURGE_ACTS - 2, timedelta(0), 0),
        (SURGE_ACTS - 1, SURGE_SPAN, 0),
        (SURGE_ACTS - 1, SURGE_SPAN - timedelta(seconds=1), 1),
    ],
)
def test_thirty_acts_in_ten_minutes_call_for_the_moderators_eye(
    support: Scene, before: int, ago: timedelta, raised: int
) -> None:
    mandate = support.mandate()
    now = clock.now()
    done_before(support.helper, mandate, before, at=now - ago)
    with clock.at(now):
        _give(support, support.lannion)
    assert alerts() == raised


def test_what_others_did_or_in_another_consultation_does_not_count(support: Scene) -> None:
    mandate = support.mandate()
    done_before(factories.person(), mandate, SURGE_ACTS)
    other = factories.consultation(phase=Phase.SUPPORT)
    done_before(support.helper, mandated(support.helper, support.lannion, other), SURGE_ACTS)
    _give(support, support.lannion)
    assert alerts() == 0


def test_one_alert_a_day_at_most(support: Scene) -> None:
    mandate = support.mandate(days=30)
    proposals = [factories.published_proposal(support.consultation) for _ in range(3)]
    now = clock.now()
    for proposal, later, raised in (
        (proposals[0], timedelta(0), 1),
        (proposals[1], timedelta(hours=23, minutes=59), 1),
        (proposals[2], timedelta(days=1), 2),
    ):
        done_before(support.helper, mandate, SURGE_ACTS, at=now + later)
        with clock.at(now + later):
            _give(support, support.lannion, proposal)
        assert alerts() == raised


def test_two_acts_at_once_raise_one_alert(app: Flask, support: Scene) -> None:
    """Sent by two workers. Seen red without the lock on the person: the second waits for nobody."""
    other = factories.territory("22278")
    mandate = support.mandate()
    mandated(support.helper, other, support.consultation)
    second = factories.published_proposal(support.consultation)
    done_before(support.helper, mandate, SURGE_ACTS - 1)
    helper_id = support.helper.id
    _give(support, support.lannion)
    _give(support, other, second)
    waiting = [str(act_id) for act_id in unsent()]
    assert len(waiting) == 2
    db.session.rollback()

    race = Race(app)
    running = [
        race.start(partial(send_act.function, waiting[0]), uncommitted=True),
        race.start(partial(send_act.function, waiting[1])),
    ]
    race.wait_until_blocked()
    race.release.set()
    for each in running:
        each.result(60)
    assert alerts() == 1
    assert db.session.scalars(select(MandateAlert.person_id)).one() == helper_id


def test_an_act_committed_after_a_later_one_counts_with_it(app: Flask, support: Scene) -> None:
    """Neither job saw thirty when each counted what was begun before its own act alone."""
    mandate = support.mandate()
    done_before(support.helper, mandate, SURGE_ACTS - 2)
    second = factories.published_proposal(support.consultation)
    ids = (support.helper.id, support.consultation.id, support.lannion.id)
    db.session.rollback()

    def give(proposal_id: UUID) -> None:
        helper = db.session.get_one(Person, ids[0])
        consultation = db.session.get_one(Consultation, ids[1])
        give_support(
            db.session.get_one(Proposal, proposal_id),
            on_behalf_of=db.session.get_one(Territory, ids[2]),
            ctx=context_for(helper, consultation),
        )

    race = Race(app)
    slow = race.start(partial(give, support.proposal.id), uncommitted=True)
    race.start(partial(give, second.id)).result(60)
    assert alerts() == 0
    race.release.set()
    slow.result(60)
    assert alerts() == 1
