"""Two members at once, and a publication that waits for everyone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from app.calendar.models import Consultation
from app.context import context_for
from app.db import advisory_lock, db
from app.errors import Conflict
from app.gate.actors import Context
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase, PublicationKind
from consultation.proposals.models import Maturity, Proposal, Stage
from tests.support.committee import REASON, Room, decision_of, events
from tests.support.publications import published_at
from tests.support.threads import Race
from voting.copil.operations import assess_maturity, decide, undo_verdict
from voting.copil.publication.operations import publish_selection


class Colleagues:
    """The member and the moderator at work in other threads: everything is read anew there."""

    def __init__(self, room: Room, proposal: Proposal) -> None:
        self.member_id, self.moderator_id = room.member.id, room.moderator.id
        self.consultation_id, self.proposal_id = room.id, proposal.id

    def _ctx(self, person_id: UUID) -> Context:
        return context_for(db.session.get_one(Person, person_id), self._consultation())

    def _consultation(self) -> Consultation:
        return db.session.get_one(Consultation, self.consultation_id)

    def _proposal(self) -> Proposal:
        return db.session.get_one(Proposal, self.proposal_id)

    def decides(self, stage: Stage = Stage.SELECTED) -> None:
        decide(self._proposal(), stage=stage, reason=REASON, ctx=self._ctx(self.member_id))

    def undoes(self) -> None:
        undo_verdict(self._proposal(), ctx=self._ctx(self.member_id))

    def assesses(self) -> None:
        assess_maturity(self._proposal(), Maturity.PROVEN, ctx=self._ctx(self.moderator_id))

    def publishes(self) -> None:
        publish_selection(self._consultation(), ctx=self._ctx(self.moderator_id))


def _published(room: Room) -> bool:
    db.session.rollback()
    return published_at(room.id, PublicationKind.SELECTION) is not None


@pytest.mark.parametrize(("stage", "is_refused"), [(Stage.DEFERRED, True), (Stage.SELECTED, False)])
def test_of_two_members_at_once_the_second_learns_what_the_first_decided(
    race: Race, stage: Stage, is_refused: bool
) -> None:
    room = Room()
    proposal = room.proposal()
    colleagues = Colleagues(room, proposal)
    race.start(colleagues.decides, uncommitted=True)
    late = race.start(lambda: colleagues.decides(stage))
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict) == is_refused
    assert decision_of(proposal) == (Stage.SELECTED, REASON)
    assert events(proposal) == ["ProposalDecided"]


def _meanwhile(colleagues: Colleagues, name: str) -> Callable[[], None]:
    return {
        "decides": lambda: colleagues.decides(Stage.DEFERRED),
        "undoes": colleagues.undoes,
        "assesses": colleagues.assesses,
    }[name]


def test_the_publication_waits_for_what_is_under_way_then_counts_it(race: Race) -> None:
    room = Room()
    proposal = room.proposal()
    room.decides(proposal)
    colleagues = Colleagues(room, proposal)
    race.start(colleagues.undoes, uncommitted=True)
    publication = race.start(colleagues.publishes)
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(publication.exception(60), Conflict)
    assert not _published(room)


def test_an_assessment_under_way_is_published(race: Race) -> None:
    room = Room()
    proposal = room.proposal()
    room.decides(proposal)
    colleagues = Colleagues(room, proposal)
    race.start(colleagues.assesses, uncommitted=True)
    publication = race.start(colleagues.publishes)
    race.wait_until_blocked()
    race.release.set()
    publication.result(60)
    event = db.session.scalars(
        select(JournalEvent.canonical).where(JournalEvent.type == "DecisionPublished")
    ).one()
    assert b'"maturity":5' in event


@pytest.mark.parametrize("name", ["decides", "undoes", "assesses"])
def test_what_comes_during_the_publication_comes_too_late(race: Race, name: str) -> None:
    room = Room()
    proposal = room.proposal()
    room.decides(proposal)
    colleagues = Colleagues(room, proposal)
    race.start(colleagues.publishes, uncommitted=True)
    late = race.start(_meanwhile(colleagues, name))
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict)
    assert _published(room)
    assert decision_of(proposal) == (Stage.SELECTED, REASON)


def test_publishing_twice_at_once_sends_once(race: Race) -> None:
    room = Room()
    proposal = room.proposal()
    room.decides(proposal)
    colleagues = Colleagues(room, proposal)
    race.start(colleagues.publishes, uncommitted=True)
    late = race.start(colleagues.publishes)
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict)
    assert events(proposal) == ["ProposalDecided", "DecisionPublished"]


def test_a_support_that_entered_before_the_close_is_counted(race: Race) -> None:
    room = Room()
    proposal = room.proposal()
    room.decides(proposal)
    window = room.agency.calendar.window(Phase.SUPPORT) if room.agency.calendar else None
    assert window is not None
    window_id, proposal_id = window.id, proposal.id

    def supports() -> None:
        """What giving a support does, as seen by the publication."""
        advisory_lock(window_id, shared=True)
        db.session.get_one(Proposal, proposal_id).supports_count += 1

    colleagues = Colleagues(room, proposal)
    race.start(supports, uncommitted=True)
    publication = race.start(colleagues.publishes)
    race.wait_until_blocked()
    race.release.set()
    publication.result(60)
    event = db.session.scalars(
        select(JournalEvent.canonical).where(JournalEvent.type == "DecisionPublished")
    ).one()
    assert b'"supports":1' in event
