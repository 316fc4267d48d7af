"""One support per collectivity and proposal: none lost, none twice, none after the close."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.context import context_for
from app.db import db, transaction
from app.errors import NotAllowed, NotFound, PhaseClosed
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts import giver, taker
from voting.supports.models import Support
from voting.supports.operations import give_support, withdraw_support


def _give(proposal: Proposal, who: Person, where: Territory, consultation: Consultation) -> UUID:
    with transaction():
        given = give_support(proposal, on_behalf_of=where, ctx=context_for(who, consultation))
        return given.id


def _count(proposal: Proposal) -> tuple[int, int]:
    """The current supports, and what the counter says."""
    db.session.rollback()
    current = db.session.scalar(
        select(func.count())
        .select_from(Support)
        .where(Support.proposal_id == proposal.id, Support.withdrawn_at.is_(None))
    )
    counter = db.session.scalar(select(Proposal.supports_count).where(Proposal.id == proposal.id))
    return current or 0, counter or 0


def _events(name: str) -> int:
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == name)
    return db.session.scalar(query) or 0


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


@pytest.fixture
def proposal(consultation: Consultation) -> Proposal:
    return factories.published_proposal(consultation)


def test_a_support_given_twice_is_one_support(
    consultation: Consultation, proposal: Proposal
) -> None:
    lannion, agent = factories.territory("22113"), factories.agent_of("22113")
    colleague = factories.agent_of("22113")
    first = _give(proposal, agent, lannion, consultation)
    assert _give(proposal, agent, lannion, consultation) == first
    assert _give(proposal, colleague, lannion, consultation) == first
    assert _count(proposal) == (1, 1)
    assert _events("SupportGiven") == 1


def test_a_withdrawn_support_can_be_given_again(
    consultation: Consultation, proposal: Proposal
) -> None:
    lannion, agent = factories.territory("22113"), factories.agent_of("22113")
    first = _give(proposal, agent, lannion, consultation)
    for _ in range(2):
        with transaction():
            withdraw_support(proposal, on_behalf_of=lannion, ctx=context_for(agent, consultation))
    assert _count(proposal) == (0, 0)
    colleague = factories.agent_of("22113")
    again = _give(proposal, colleague, lannion, consultation)
    assert _give(proposal, agent, lannion, consultation) == again
    assert _count(proposal) == (1, 1)
    assert (_events("SupportGiven"), _events("SupportWithdrawn")) == (2, 1)
    kept = db.session.get_one(Support, first)
    assert giver(kept.id) == taker(kept.id) == (None, agent.id)


def test_an_epci_does_not_support(consultation: Consultation, proposal: Proposal) -> None:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    agent = factories.agent_of("200065928", TerritoryKind.EPCI)
    with pytest.raises(NotAllowed, match="les intercommunalités"):
        _give(proposal, agent, epci, consultation)


@pytest.mark.parametrize("level", [Level.MEMBER, None])
def test_only_who_may_commit_the_collectivity_supports(
    consultation: Consultation, proposal: Proposal, level: Level | None
) -> None:
    lannion, agent = factories.territory("22113"), factories.person()
    if level is not None:
        factories.belongs(agent, lannion, level=level)
    with pytest.raises(NotAllowed, match="habilité"):
        _give(proposal, agent, lannion, consultation)


def test_an_expired_or_ended_membership_supports_no_more(
    consultation: Consultation, proposal: Proposal
) -> None:
    lannion, agent = factories.territory("22113"), factories.person()
    membership = factories.belongs(agent, lannion, expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        _give(proposal, agent, lannion, consultation)
    with transaction():
        membership.expires_at, membership.ended_at = None, clock.now()
    with pytest.raises(NotAllowed):
        _give(proposal, agent, lannion, consultation)


def test_a_territory_does_not_support_for_another(
    consultation: Consultation, proposal: Proposal
) -> None:
    agent = factories.agent_of("22113")
    with pytest.raises(NotAllowed):
        _give(proposal, agent, factories.territory("29151"), consultation)


def test_the_window_is_half_open(consultation: Consultation, proposal: Proposal) -> None:
    lannion, agent = factories.territory("22113"), factories.agent_of("22113")
    window = db.session.scalars(
        select(PhaseWindow).where(
            PhaseWindow.consultation_id == consultation.id, PhaseWindow.phase == Phase.SUPPORT
        )
    ).one()
    opens_at, closes_at = window.opens_at, window.closes_at
    instant = timedelta(microseconds=1)
    for refused in (opens_at - instant, closes_at):
        with clock.at(refused), pytest.raises(PhaseClosed):
            _give(proposal, agent, lannion, consultation)
    for accepted in (opens_at, closes_at - instant):
        with clock.at(accepted):
            _give(proposal, agent, lannion, consultation)
    assert _count(proposal) == (1, 1)


def test_a_proposal_that_is_not_public_or_of_another_consultation_is_not_supported(
    consultation: Consultation, proposal: Proposal
) -> None:
    lannion, agent = factories.territory("22113"), factories.agent_of("22113")
    elsewhere = factories.consultation(phase=Phase.SUPPORT)
    with pytest.raises(NotFound):
        _give(proposal, agent, lannion, elsewhere)
    hidden = factories.written_proposal(consultation)
    with pytest.raises(NotFound):
        _give(hidden, agent, lannion, consultation)
