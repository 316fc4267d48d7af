"""A part that a contested right left, or exchanged, is restored as it had been taken."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.calendar.models import Consultation
from app.contests.models import Contest
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Action
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts import giver
from tests.support.acts_by_mandate import journal_sentences
from tests.support.contests import happened
from tests.support.judgements import REASON, annul, contest_of_mandate, contest_of_member, restore
from tests.support.judgements import read as read_contest
from tests.support.mandates import mandated
from tests.support.participations import call_page
from tests.support.strict_browser import Visitor
from voting.ami.models import Part, Participation
from voting.ami.operations import (
    become_referent,
    join_working_group,
    leave,
)

OWN_ALONE = "ne revient que sur ce qu’elle a fait elle-même"


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
def mayor(lannion: Territory) -> Person:
    return factories.agent_of("22113")


def _do(act: Callable[..., object], proposal: Proposal, who: Person, where: Territory) -> None:
    with transaction():
        consultation = db.session.get_one(Consultation, proposal.consultation_id)
        act(proposal, on_behalf_of=where, ctx=context_for(who, consultation))


def _parts() -> list[tuple[UUID, Part, UUID | None]]:
    """The current parts: which row, which part, taken by whom."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(select(Participation).where(Participation.left_at.is_(None)))
    return [(row.id, row.part, giver(row.id)[1]) for row in rows]


def _judge(act: Callable[..., object], part_id: UUID, contest: Contest) -> None:
    with transaction():
        ctx, found = factories.acting(factories.moderator()), read_contest(contest.id)
        act(part_id, contest=found, reason=REASON, ctx=ctx)


def test_the_part_an_intruder_exchanged_is_restored_once_theirs_is_annulled(
    consultation: Consultation, proposal: Proposal, lannion: Territory, mayor: Person
) -> None:
    intruder = factories.agent_of("22113")
    _do(become_referent, proposal, mayor, lannion)
    [(first, *_)] = before = _parts()
    _do(join_working_group, proposal, intruder, lannion)
    [(second, *_)] = _parts()
    contest = contest_of_member(intruder, lannion)
    _judge(restore, first, contest)
    assert [row[0] for row in _parts()] == [second], "another is current already"
    _judge(annul, second, contest)
    for _ in range(2):
        _judge(restore, first, contest)
    assert _parts() == before == [(first, Part.REFERENT, mayor.id)]
    assert happened("ParticipationRestored") == 1
    assert (
        "est rétablie : elle avait été retirée sans droit" in journal_sentences(consultation.id)[0]
    )
    _do(leave, proposal, mayor, lannion)
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        _judge(restore, first, contest)


def test_what_a_mandate_left_is_restored(
    consultation: Consultation, proposal: Proposal, lannion: Territory
) -> None:
    helper = factories.person()
    mandate = mandated(helper, lannion, consultation, actions=(Action.AMI,))
    _do(become_referent, proposal, helper, lannion)
    [(first, *_)] = before = _parts()
    _do(leave, proposal, helper, lannion)
    _judge(restore, first, contest_of_mandate(mandate))
    assert _parts() == before


def test_a_helper_leaves_and_exchanges_only_what_their_own_structure_took(
    app: Flask, consultation: Consultation, proposal: Proposal, lannion: Territory, mayor: Person
) -> None:
    helper, colleague = factories.person(), factories.person()
    for each in (helper, colleague):
        mandated(each, lannion, consultation, actions=(Action.AMI,))
    _do(become_referent, proposal, mayor, lannion)
    before = _parts()
    for act in (leave, join_working_group):
        with pytest.raises(NotAllowed, match=OWN_ALONE):
            _do(act, proposal, helper, lannion)
    _do(become_referent, proposal, helper, lannion)
    assert _parts() == before, "taking what is taken already undoes nothing"
    page = call_page(Visitor(app).sign_in(helper), proposal)
    assert OWN_ALONE in page.main
    assert "Se retirer" not in page.main
    _do(leave, proposal, mayor, lannion)
    _do(become_referent, proposal, colleague, lannion)
    _do(join_working_group, proposal, helper, lannion)
    _do(leave, proposal, helper, lannion)
    assert _parts() == []
