"""Answers to a call, its close and revocations, all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.authority.rights.models import Right
from app.calendar.models import Consultation, PhaseWindow
from app.calendar.operations import amend_window
from app.context import context_for
from app.db import db
from app.errors import NotAllowed, PhaseClosed
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.threads import Race
from voting.ami.models import Part, Participation
from voting.ami.operations import become_referent, join_working_group, leave


@dataclass(frozen=True)
class Scene:
    """A call and Lannion, in identifiers, for a thread has its own session."""

    consultation: UUID
    proposal: UUID
    territory: UUID

    def act(self, operation: Callable[..., object], person: UUID) -> Callable[[], object]:
        def run() -> object:
            consultation = db.session.get_one(Consultation, self.consultation)
            return operation(
                db.session.get_one(Proposal, self.proposal),
                on_behalf_of=db.session.get_one(Territory, self.territory),
                ctx=context_for(db.session.get_one(Person, person), consultation),
            )

        return run

    def closing(self, closes_at: datetime) -> Callable[[], object]:
        """The administration brings the close of the call forward."""
        office = factories.administrator().id
        db.session.rollback()

        def run() -> object:
            consultation = db.session.get_one(Consultation, self.consultation)
            window = db.session.scalars(
                select(PhaseWindow).where(
                    PhaseWindow.consultation_id == consultation.id, PhaseWindow.phase == Phase.AMI
                )
            ).one()
            return amend_window(
                window,
                opens_at=window.opens_at,
                closes_at=closes_at,
                reason="avancée.",
                ctx=context_for(db.session.get_one(Person, office), consultation),
            )

        return run


@pytest.fixture
def scene(app: Flask) -> Scene:
    consultation = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(consultation)
    return Scene(consultation.id, proposal.id, factories.territory("22113").id)


def _colleague() -> UUID:
    made = factories.agent_of("22113").id
    db.session.rollback()
    return made


def _kept() -> tuple[list[Part], list[str]]:
    """The current parts, and the types of the journal's events about them in order."""
    db.session.rollback()
    parts = db.session.scalars(select(Participation.part).where(Participation.left_at.is_(None)))
    event_types = db.session.scalars(
        select(JournalEvent.type)
        .where(JournalEvent.subject_type == "participation")
        .order_by(JournalEvent.recorded_at, JournalEvent.subject_version)
    )
    return list(parts), list(event_types)


def test_two_colleagues_at_once_make_one_referent_territory(scene: Scene, race: Race) -> None:
    first = race.start(scene.act(become_referent, _colleague()), uncommitted=True)
    second = race.start(scene.act(become_referent, _colleague()))
    race.wait_until_blocked()
    race.release.set()
    first.result()
    second.result()
    assert _kept() == ([Part.REFERENT], ["ReferentNamed"])


def test_colleagues_who_choose_different_parts_at_once_leave_one(scene: Scene, race: Race) -> None:
    first = race.start(scene.act(join_working_group, _colleague()), uncommitted=True)
    second = race.start(scene.act(become_referent, _colleague()))
    race.wait_until_blocked()
    race.release.set()
    first.result()
    second.result()
    assert _kept() == ([Part.REFERENT], ["WorkingGroupJoined", "ReferentNamed"])


def test_two_colleagues_who_leave_at_once_leave_once(scene: Scene, race: Race) -> None:
    race.start(scene.act(become_referent, _colleague())).result()
    first = race.start(scene.act(leave, _colleague()), uncommitted=True)
    second = race.start(scene.act(leave, _colleague()))
    race.wait_until_blocked()
    race.release.set()
    first.result()
    second.result()
    assert _kept() == ([], ["ReferentNamed", "ParticipationEnded"])


def test_a_close_under_way_is_waited_for_and_obeyed(scene: Scene, race: Race) -> None:
    agent, then = _colleague(), clock.now() + timedelta(minutes=1)

    def late() -> object:
        with clock.at(then):
            return scene.act(join_working_group, agent)()

    first = race.start(scene.closing(then), uncommitted=True)
    second = race.start(late)
    race.wait_until_blocked()
    race.release.set()
    first.result()
    assert isinstance(second.exception(), PhaseClosed)
    assert _kept() == ([], [])


def test_the_close_waits_for_the_answers_under_way(scene: Scene, race: Race) -> None:
    first = race.start(scene.act(join_working_group, _colleague()), uncommitted=True)
    second = race.start(scene.closing(clock.now() + timedelta(minutes=1)))
    race.wait_until_blocked()
    assert not second.done()
    race.release.set()
    first.result()
    second.result()
    assert _kept() == ([Part.WORKING_GROUP], ["WorkingGroupJoined"])


@pytest.mark.parametrize("operation", [become_referent, join_working_group, leave])
def test_a_membership_ended_meanwhile_is_waited_for_and_obeyed(
    scene: Scene, race: Race, operation: Callable[..., object]
) -> None:
    agent = _colleague()

    def revoke() -> None:
        db.session.execute(
            update(Right).where(Right.person_id == agent).values(ended_at=clock.now())
        )

    first = race.start(revoke, uncommitted=True)
    second = race.start(scene.act(operation, agent))
    race.wait_until_blocked()
    race.release.set()
    first.result()
    assert isinstance(second.exception(), NotAllowed)
    assert _kept() == ([], [])
