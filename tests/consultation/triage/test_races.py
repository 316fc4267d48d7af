"""Two moderators at once, and a publication that waits for everyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from app.calendar.models import Consultation
from app.context import context_for
from app.db import advisory_lock, db, transaction
from app.errors import Conflict
from app.formats import sentence_of
from app.gate.actors import Context
from app.identity.models import Person
from app.phases import Phase, PublicationKind
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.received.operations import import_contributions
from consultation.contributions.received.queries import Received
from consultation.contributions.rules import Content
from consultation.proposals.models import Proposal
from consultation.proposals.operations import remove_proposal, write_proposal
from consultation.triage.models import Decision
from consultation.triage.operations import group, reject, undo
from consultation.triage.publication.operations import publish_proposals
from consultation.triage.queries import conservation, rulings
from tests.support.moderation_desk import Desk, plain
from tests.support.publications import published_at
from tests.support.threads import Race


class Colleague:
    """A moderator at work in another thread: everything is read anew there."""

    def __init__(self, desk: Desk) -> None:
        self.person_id, self.consultation_id = desk.moderator.id, desk.id

    def _ctx(self) -> Context:
        return context_for(
            db.session.get_one(Person, self.person_id),
            db.session.get_one(Consultation, self.consultation_id),
        )

    def groups(
        self, contribution_id: UUID, *proposal_ids: UUID, replacing: int | None = None
    ) -> int:
        outcome = group(
            db.session.get_one(Contribution, contribution_id),
            proposals=[db.session.get_one(Proposal, id_) for id_ in proposal_ids],
            replacing=replacing,
            ctx=self._ctx(),
        )
        return outcome.version

    def rejects(self, contribution_id: UUID) -> None:
        contribution = db.session.get_one(Contribution, contribution_id)
        reject(contribution, reason="Hors champ.", ctx=self._ctx())

    def undoes(self, contribution_id: UUID) -> None:
        undo(db.session.get_one(Contribution, contribution_id), ctx=self._ctx())

    def removes(self, proposal_id: UUID) -> None:
        remove_proposal(db.session.get_one(Proposal, proposal_id), ctx=self._ctx())

    def writes(self) -> None:
        consultation = db.session.get_one(Consultation, self.consultation_id)
        write_proposal(consultation, title="Dernière minute", ctx=self._ctx())

    def publishes(self) -> None:
        consultation = db.session.get_one(Consultation, self.consultation_id)
        publish_proposals(consultation, ctx=self._ctx())

    def imports(self) -> None:
        consultation = db.session.get_one(Consultation, self.consultation_id)
        row = Received("1", Content("need", "Reçue par courrier", description="Un besoin."))
        import_contributions([row], consultation=consultation, source="courrier", ctx=self._ctx())


def test_the_second_of_two_moderators_reads_what_the_first_decided(race: Race) -> None:
    desk = Desk()
    contribution, proposal = desk.contribution().id, desk.proposal("Relation usagers").id
    first, second = Colleague(desk), Colleague(desk)
    race.start(lambda: first.groups(contribution, proposal), uncommitted=True)
    late = race.start(lambda: second.rejects(contribution))
    race.wait_until_blocked()
    race.release.set()
    refused = late.exception(60)
    assert isinstance(refused, Conflict)
    assert "« Relation usagers »" in plain(sentence_of(refused))
    assert rulings([contribution])[contribution].outcome.decision is Decision.GROUPED


def test_the_second_of_two_who_change_one_decision_reads_the_first_change(race: Race) -> None:
    desk = Desk()
    contribution, colleague = desk.contribution().id, Colleague(desk)
    before, one, two = (desk.proposal(title).id for title in ("Avant", "Agenda", "Archives"))
    with transaction():
        seen = colleague.groups(contribution, before)
    race.start(lambda: colleague.groups(contribution, one, replacing=seen), uncommitted=True)
    late = race.start(lambda: colleague.groups(contribution, two, replacing=seen))
    race.wait_until_blocked()
    race.release.set()
    refused = late.exception(60)
    assert isinstance(refused, Conflict)
    assert "« Agenda »" in plain(sentence_of(refused))


def test_two_moderators_who_decide_alike_leave_one_decision(race: Race) -> None:
    desk = Desk()
    contribution, proposal = desk.contribution().id, desk.proposal().id
    first, second = Colleague(desk), Colleague(desk)
    race.start(lambda: first.groups(contribution, proposal), uncommitted=True)
    late = race.start(lambda: second.groups(contribution, proposal))
    race.wait_until_blocked()
    race.release.set()
    late.result(60)
    assert db.session.get_one(Proposal, proposal).contributions_count == 1


def test_two_groupings_into_one_proposal_are_both_counted(race: Race) -> None:
    desk = Desk()
    one, two = (c.id for c in desk.contributions(2))
    proposal = desk.proposal().id
    colleague = Colleague(desk)
    race.start(lambda: colleague.groups(one, proposal), uncommitted=True)
    late = race.start(lambda: colleague.groups(two, proposal))
    race.wait_until_blocked()
    race.release.set()
    late.result(60)
    assert db.session.get_one(Proposal, proposal).contributions_count == 2


def test_a_proposal_that_is_being_removed_gathers_nothing(race: Race) -> None:
    desk = Desk()
    contribution, proposal = desk.contribution().id, desk.proposal().id
    colleague = Colleague(desk)
    race.start(lambda: colleague.removes(proposal), uncommitted=True)
    late = race.start(lambda: colleague.groups(contribution, proposal))
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict)
    assert conservation(desk.id).waiting == 1


@dataclass(frozen=True)
class Ready:
    """A desk where all is decided: the proposals may be published."""

    desk: Desk
    colleague: Colleague
    decided: UUID

    def act(self, name: str) -> Callable[[], None]:
        return {
            "imports": self.colleague.imports,
            "undoes": lambda: self.colleague.undoes(self.decided),
            "writes": self.colleague.writes,
        }[name]


@pytest.fixture
def ready(app: Flask) -> Ready:
    desk = Desk()
    contribution, proposal = desk.contribution(), desk.proposal()
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
    return Ready(desk, Colleague(desk), contribution.id)


@pytest.mark.parametrize("meanwhile", ["imports", "undoes", "writes"])
def test_the_publication_waits_for_what_is_under_way_then_counts_it(
    race: Race, ready: Ready, meanwhile: str
) -> None:
    race.start(ready.act(meanwhile), uncommitted=True)
    publication = race.start(ready.colleague.publishes)
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(publication.exception(60), Conflict)
    db.session.rollback()
    assert published_at(ready.desk.id, PublicationKind.PROPOSALS) is None


@pytest.mark.parametrize("meanwhile", ["imports", "undoes", "writes"])
def test_what_comes_during_the_publication_comes_too_late(
    race: Race, ready: Ready, meanwhile: str
) -> None:
    race.start(ready.colleague.publishes, uncommitted=True)
    late = race.start(ready.act(meanwhile))
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(late.exception(60), Conflict)
    counts = conservation(ready.desk.id)
    assert (counts.received, counts.grouped) == (1, 1)


def test_a_deposit_that_entered_before_the_close_is_counted(race: Race, ready: Ready) -> None:
    calendar = ready.desk.ctx.calendar
    window = calendar.window(Phase.COLLECTION) if calendar else None
    assert window is not None
    window_id, consultation_id = window.id, ready.desk.id

    def deposit() -> None:
        advisory_lock(window_id, shared=True)
        now = clock.now()
        db.session.add(
            Contribution(
                consultation_id=consultation_id,
                number=2,
                kind=Kind.NEED,
                title="À temps",
                status=Status.SUBMITTED,
                created_at=now,
                updated_at=now,
                submitted_at=now,
            )
        )
        db.session.flush()

    race.start(deposit, uncommitted=True)
    publication = race.start(ready.colleague.publishes)
    race.wait_until_blocked()
    race.release.set()
    assert isinstance(publication.exception(60), Conflict)
