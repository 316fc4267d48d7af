"""A contribution that a contested right withdrew counts again, until all is published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.authority.rights.acts.queries import last_act
from app.calendar.models import Consultation
from app.contests.models import Contest
from app.db import db, transaction
from app.errors import Conflict
from app.gate.actors import Action, Level
from app.identity.models import Person
from app.phases import PublicationKind
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Status
from consultation.contributions.operations import withdraw_contribution
from consultation.triage.queries import conservation
from tests.support import factories
from tests.support.acts import TAKEN, giver
from tests.support.acts_by_mandate import journal_sentences
from tests.support.contests import happened
from tests.support.contributions import read, submit
from tests.support.drafts import deposit, prepare
from tests.support.judgements import REASON, annul, contest_of_mandate, contest_of_member, restore
from tests.support.judgements import read as read_contest
from tests.support.mandates import mandated
from tests.support.publications import set_published


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation()


@pytest.fixture
def lannion(app: Flask) -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper(app: Flask) -> Person:
    return factories.person(full_name="Hélène Aidante")


def _withdraw(kept: Contribution, who: Person) -> None:
    consultation = db.session.get_one(Consultation, kept.consultation_id)
    with transaction():
        withdraw_contribution(read(kept), ctx=factories.acting(who, consultation))


def _judge(act: Callable[..., object], kept: Contribution, contest: Contest) -> None:
    with transaction():
        ctx, found = factories.acting(factories.moderator()), read_contest(contest.id)
        act(kept.id, contest=found, reason=REASON, ctx=ctx)


def test_what_an_intruder_withdrew_of_a_helper_s_counts_again(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=(Action.SUBMIT,))
    deposited = submit(consultation, helper)
    intruder = factories.agent_of("22113")
    _withdraw(deposited, intruder)
    contest = contest_of_member(intruder, lannion)
    for _ in range(2):
        _judge(restore, deposited, contest)
    again = read(deposited)
    assert (again.status, again.withdrawn_at) == (Status.SUBMITTED, None)
    assert (*giver(again.id), again.number) == (mandate.id, helper.id, 1)
    assert (again.author_id, last_act(again.id, *TAKEN)) == (helper.id, None)
    counts = conservation(consultation.id)
    assert (counts.received, counts.withdrawn, counts.waiting) == (1, 0, 1)
    assert happened("ContributionRestored") == 1
    assert journal_sentences(consultation.id)[0].startswith("La contribution n° 1 est rétablie")


def test_neither_what_another_withdrew_nor_what_was_annulled_is_restored(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=(Action.SUBMIT,))
    by_colleague = submit(consultation, helper)
    _withdraw(by_colleague, factories.agent_of("22113"))
    by_helper = submit(consultation, helper)
    contest = contest_of_mandate(mandate)
    _judge(annul, by_helper, contest)
    for kept in (by_colleague, by_helper):
        with pytest.raises(Conflict, match="n’est pas de ceux"):
            _judge(restore, kept, contest)


def test_once_the_proposals_are_published_it_stays_withdrawn(
    consultation: Consultation, lannion: Territory
) -> None:
    intruder = factories.agent_of("22113")
    deposited = submit(consultation, intruder)
    _withdraw(deposited, intruder)
    contest = contest_of_member(intruder, lannion)
    with transaction():
        set_published(consultation.id, PublicationKind.PROPOSALS)
    with pytest.raises(Conflict, match="propositions sont publiées"):
        _judge(restore, deposited, contest)


def test_what_a_member_deposits_of_a_helper_s_draft_is_that_member_s_act(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    """Seen red by keeping the mandate of the draft when a member deposits it."""
    mandate = mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    mayor = factories.person(function="maire")
    factories.belongs(mayor, lannion, level=Level.MEMBER)
    deposited = deposit(prepare(consultation, helper, lannion), mayor, lannion)
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        _judge(annul, deposited, contest_of_mandate(mandate))
    _judge(annul, deposited, contest_of_member(mayor, lannion))
    assert read(deposited).status is Status.WITHDRAWN
