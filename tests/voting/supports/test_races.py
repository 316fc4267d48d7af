"""Supports, the close and revocations, all at once."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, func, select, text

from app.calendar.models import Consultation, PhaseWindow
from app.context import context_for
from app.db import db, lock_key, transaction
from app.errors import NotAllowed, PhaseClosed
from app.gate.actors import TerritoryKind
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from voting.supports.models import Support
from voting.supports.operations import give_support

RACERS = 100 if os.environ.get("PROOFS") == "full" else 12


@dataclass(frozen=True)
class Act:
    """Who supports what, for whom, where: identifiers, for a thread has its own session."""

    proposal: UUID
    person: UUID
    territory: UUID
    consultation: UUID

    def give(self, app: Flask) -> UUID:
        with app.app_context(), transaction():
            consultation = db.session.get_one(Consultation, self.consultation)
            given = give_support(
                db.session.get_one(Proposal, self.proposal),
                on_behalf_of=db.session.get_one(Territory, self.territory),
                ctx=context_for(db.session.get_one(Person, self.person), consultation),
            )
            return given.id


@pytest.fixture
def scene(app: Flask) -> tuple[Consultation, Proposal]:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    return consultation, factories.published_proposal(consultation)


def _act(scene: tuple[Consultation, Proposal], code: str = "22113") -> Act:
    consultation, proposal = scene
    agent = factories.agent_of(code)
    made = Act(proposal.id, agent.id, factories.territory(code).id, consultation.id)
    db.session.rollback()
    return made


def _at_once(app: Flask, acts: list[Act]) -> list[object]:
    """Every act in its own thread, released together; what each got, a refusal included."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> object:
        barrier.wait()
        try:
            return act.give(app)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _counts(proposal: UUID) -> tuple[int, int, int]:
    """Current supports, what the counter says, and events in the journal."""
    db.session.rollback()
    current = (
        select(func.count())
        .select_from(Support)
        .where(Support.proposal_id == proposal, Support.withdrawn_at.is_(None))
    )
    counter = select(Proposal.supports_count).where(Proposal.id == proposal)
    events = (
        select(func.count()).select_from(JournalEvent).where(JournalEvent.type == "SupportGiven")
    )
    return tuple(db.session.scalar(query) or 0 for query in (current, counter, events))  # type: ignore[return-value]


@pytest.mark.proof
def test_supports_given_at_once_by_colleagues_are_one(
    app: Flask, scene: tuple[Consultation, Proposal]
) -> None:
    acts = [_act(scene) for _ in range(RACERS)]
    answers = _at_once(app, acts)
    assert len(set(answers)) == 1, answers
    assert _counts(acts[0].proposal) == (1, 1, 1)


@pytest.mark.proof
def test_collectivities_that_support_at_once_all_count(
    app: Flask, scene: tuple[Consultation, Proposal]
) -> None:
    codes = db.session.scalars(
        select(Territory.code).where(Territory.kind == TerritoryKind.COMMUNE).limit(RACERS)
    ).all()
    acts = [_act(scene, code) for code in codes]
    answers = _at_once(app, acts)
    assert len(set(answers)) == RACERS, answers
    assert _counts(acts[0].proposal) == (RACERS, RACERS, RACERS)


class Rival:
    """Another transaction, under the owner's role, kept open while an act runs."""

    def __init__(self, app: Flask) -> None:
        self.engine: Engine = create_engine(app.config["DATABASE_OWNER_URL"])
        self.connection = self.engine.connect()

    def run(self, statement: str, **values: object) -> None:
        self.connection.execute(text(statement), values)

    def wait_for(self, running: Future[object]) -> None:
        """Until the act waits for a lock, or is over because it waited for none."""
        waiting = text(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND (database IS NULL OR database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        while not running.done() and not self.connection.scalar(waiting):
            time.sleep(0.01)

    def end(self) -> None:
        self.connection.commit()
        self.connection.close()
        self.engine.dispose()


def _against(app: Flask, act: Act, rival: Rival) -> object:
    """What an act gets that begins while the rival's transaction is open, and ends after it."""

    def run() -> object:
        try:
            return act.give(app)
        except Exception as error:
            return error

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        rival.wait_for(running)
        rival.end()
        return running.result()


def test_a_revocation_under_way_is_waited_for_and_obeyed(
    app: Flask, scene: tuple[Consultation, Proposal]
) -> None:
    act = _act(scene)
    rival = Rival(app)
    rival.run("UPDATE acting_right SET ended_at = now() WHERE person_id = :id", id=act.person)
    assert isinstance(_against(app, act, rival), NotAllowed)
    assert _counts(act.proposal) == (0, 0, 0)


def test_a_close_under_way_is_waited_for_and_obeyed(
    app: Flask, scene: tuple[Consultation, Proposal]
) -> None:
    act = _act(scene)
    window_id = db.session.scalars(
        select(PhaseWindow.id).where(
            PhaseWindow.consultation_id == act.consultation, PhaseWindow.phase == Phase.SUPPORT
        )
    ).one()
    db.session.rollback()
    rival = Rival(app)
    key = lock_key(window_id)
    rival.run("SELECT pg_advisory_xact_lock(:key)", key=key)
    rival.run("UPDATE phase_window SET closes_at = now() WHERE id = :id", id=window_id)
    assert isinstance(_against(app, act, rival), PhaseClosed)
    assert _counts(act.proposal) == (0, 0, 0)


def test_the_close_waits_for_the_supports_under_way(
    app: Flask, scene: tuple[Consultation, Proposal]
) -> None:
    act = _act(scene)
    consultation = db.session.get_one(Consultation, act.consultation)
    give_support(
        db.session.get_one(Proposal, act.proposal),
        on_behalf_of=db.session.get_one(Territory, act.territory),
        ctx=context_for(db.session.get_one(Person, act.person), consultation),
    )
    window_id = db.session.scalars(
        select(PhaseWindow.id).where(
            PhaseWindow.consultation_id == act.consultation, PhaseWindow.phase == Phase.SUPPORT
        )
    ).one()
    key = lock_key(window_id)
    engine = create_engine(app.config["DATABASE_OWNER_URL"])
    taken = text("SELECT pg_try_advisory_xact_lock(:key)")
    with engine.connect() as closing:
        assert closing.scalar(taken, {"key": key}) is False
        db.session.commit()
        assert closing.scalar(taken, {"key": key}) is True
    engine.dispose()
