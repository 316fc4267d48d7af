"""One part per territory and selected proposal: what is repeated changes nothing, parts change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select, update

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.context import context_for
from app.db import db, transaction
from app.errors import NotAllowed, NotFound, PhaseClosed
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase, PublicationKind
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from tests.support import factories
from tests.support.acts import giver, taker
from tests.support.by_hand import by_hand
from tests.support.publications import set_unpublished
from tests.support.worker import work
from voting.ami.models import Part, Participation
from voting.ami.operations import become_referent, join_working_group, leave

Act = Callable[..., object]
ACTS = (become_referent, join_working_group, leave)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.AMI)


@pytest.fixture
def proposal(consultation: Consultation) -> Proposal:
    return factories.selected_proposal(consultation)


@pytest.fixture
def lannion(app: Flask) -> Territory:
    return factories.territory("22113")


@pytest.fixture
def agent(lannion: Territory) -> Person:
    return factories.agent_of("22113")


def _do(
    act: Act,
    proposal: Proposal,
    who: Person,
    where: Territory,
    consultation: Consultation | None = None,
) -> None:
    consultation = consultation or db.session.get_one(Consultation, proposal.consultation_id)
    with transaction():
        act(proposal, on_behalf_of=where, ctx=context_for(who, consultation))


def _rows() -> list[Participation]:
    db.session.rollback()
    return list(db.session.scalars(select(Participation)))


def _current_parts() -> list[Part]:
    return [row.part for row in _rows() if row.left_at is None]


def _event_types() -> list[str]:
    """The types of the journal's events, in order."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_type == "participation")
            .order_by(JournalEvent.recorded_at, JournalEvent.subject_version)
        )
    )


@pytest.mark.parametrize(
    ("act", "part", "event"),
    [
        (become_referent, Part.REFERENT, "ReferentNamed"),
        (join_working_group, Part.WORKING_GROUP, "WorkingGroupJoined"),
    ],
)
def test_a_part_taken_up_twice_is_taken_up_once(
    proposal: Proposal,
    lannion: Territory,
    agent: Person,
    act: Act,
    part: Part,
    event: str,
    sent: list[EmailMessage],
) -> None:
    _do(act, proposal, agent, lannion)
    [first] = _rows()
    since, by = first.joined_at, giver(first.id)
    _do(act, proposal, agent, lannion)
    _do(act, proposal, factories.agent_of("22113"), lannion)
    [row] = _rows()
    assert (row.part, row.joined_at, giver(row.id)) == (part, since, by)
    assert _event_types() == [event]
    work()
    (letter,) = sent
    assert letter.to == [agent.email]
    assert part.label in letter.body
    assert proposal.title in letter.body


def test_a_member_of_the_working_group_becomes_referent_and_back(
    proposal: Proposal, lannion: Territory, agent: Person
) -> None:
    for act, part in (
        (join_working_group, Part.WORKING_GROUP),
        (become_referent, Part.REFERENT),
        (join_working_group, Part.WORKING_GROUP),
    ):
        _do(act, proposal, agent, lannion)
        assert _current_parts() == [part]
    kept = [row for row in _rows() if row.left_at is not None]
    assert sorted(row.part for row in kept) == [Part.REFERENT, Part.WORKING_GROUP]
    assert {taker(row.id) for row in kept} == {(None, agent.id)}
    assert _event_types() == ["WorkingGroupJoined", "ReferentNamed", "WorkingGroupJoined"]


@pytest.mark.parametrize("again", [become_referent, join_working_group])
def test_one_leaves_once_and_may_take_a_part_up_again(
    proposal: Proposal, lannion: Territory, agent: Person, again: Act
) -> None:
    _do(leave, proposal, agent, lannion)
    assert _rows() == []
    _do(become_referent, proposal, agent, lannion)
    _do(leave, proposal, agent, lannion)
    _do(leave, proposal, agent, lannion)
    assert _current_parts() == []
    _do(again, proposal, agent, lannion)
    assert (len(_rows()), len(_current_parts())) == (2, 1)
    assert _event_types()[:2] == ["ReferentNamed", "ParticipationEnded"]
    assert len(_event_types()) == 3


def test_a_collectivity_is_referent_of_several_proposals(
    consultation: Consultation, proposal: Proposal, lannion: Territory, agent: Person
) -> None:
    other = factories.selected_proposal(consultation, "Réserver une salle")
    for each in (proposal, other):
        _do(become_referent, each, agent, lannion)
    assert _current_parts() == [Part.REFERENT, Part.REFERENT]


def test_an_epci_joins_and_does_not_become_referent(proposal: Proposal) -> None:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    agent = factories.agent_of("200065928", TerritoryKind.EPCI)
    with pytest.raises(NotAllowed, match=r"les intercommunalités.*devenir territoire référent"):
        _do(become_referent, proposal, agent, epci)
    _do(join_working_group, proposal, agent, epci)
    with pytest.raises(NotAllowed, match="les intercommunalités"):
        _do(become_referent, proposal, agent, epci)
    assert _current_parts() == [Part.WORKING_GROUP]
    _do(leave, proposal, agent, epci)
    assert _current_parts() == []


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("level", [Level.MEMBER, None])
def test_only_who_may_commit_the_territory_acts(
    proposal: Proposal, lannion: Territory, act: Act, level: Level | None
) -> None:
    someone = factories.person()
    if level is not None:
        factories.belongs(someone, lannion, level=level)
    with pytest.raises(NotAllowed, match="habilité"):
        _do(act, proposal, someone, lannion)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_for_another_territory(proposal: Proposal, agent: Person, act: Act) -> None:
    with pytest.raises(NotAllowed):
        _do(act, proposal, agent, factories.territory("29151"))


@pytest.mark.parametrize("act", ACTS)
def test_an_expired_or_ended_membership_acts_no_more(
    proposal: Proposal, lannion: Territory, act: Act
) -> None:
    someone = factories.person()
    membership = factories.belongs(someone, lannion, expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        _do(act, proposal, someone, lannion)
    with transaction():
        membership.expires_at, membership.ended_at = None, clock.now()
    with pytest.raises(NotAllowed):
        _do(act, proposal, someone, lannion)


def test_the_window_is_half_open(
    consultation: Consultation, proposal: Proposal, lannion: Territory, agent: Person
) -> None:
    window = db.session.scalars(
        select(PhaseWindow).where(
            PhaseWindow.consultation_id == consultation.id, PhaseWindow.phase == Phase.AMI
        )
    ).one()
    opens_at, closes_at = window.opens_at, window.closes_at
    tick = timedelta(microseconds=1)
    for act in ACTS:
        for refused in (opens_at - tick, closes_at):
            with clock.at(refused), pytest.raises(PhaseClosed):
                _do(act, proposal, agent, lannion)
        for accepted in (opens_at, closes_at - tick):
            with clock.at(accepted):
                _do(act, proposal, agent, lannion)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SELECTED])
def test_there_is_no_call_for_a_proposal_that_is_not_selected(
    proposal: Proposal, lannion: Territory, agent: Person, act: Act, stage: Stage
) -> None:
    by_hand(update(Proposal).where(Proposal.id == proposal.id).values(stage=stage))
    with pytest.raises(NotFound):
        _do(act, proposal, agent, lannion)


@pytest.mark.parametrize("act", ACTS)
def test_there_is_no_call_before_the_selection_is_published(
    consultation: Consultation, proposal: Proposal, lannion: Territory, agent: Person, act: Act
) -> None:
    with transaction():
        set_unpublished(consultation.id, PublicationKind.SELECTION)
    with pytest.raises(NotFound):
        _do(act, proposal, agent, lannion)


@pytest.mark.parametrize("act", ACTS)
def test_there_is_no_call_of_another_consultation(
    proposal: Proposal, lannion: Territory, agent: Person, act: Act
) -> None:
    elsewhere = factories.consultation(phase=Phase.AMI)
    factories.selected_proposal(elsewhere)
    with pytest.raises(NotFound):
        _do(act, proposal, agent, lannion, elsewhere)
