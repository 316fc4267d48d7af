"""What a contested right withdrew is made to stand again, act by act, in public."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.calendar.models import Consultation
from app.context import context_for
from app.db import db, transaction
from app.phases import Phase
from consultation.contributions.models import Contribution, Status
from consultation.contributions.operations import withdraw_contribution
from consultation.contributions.queries import kept_contribution
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.contests import (
    HELPER,
    INTRUDER,
    LANNION,
    MAILBOX,
    Case,
    happened,
    membership_link,
    person_at,
    public_journal,
    supported,
    supports_of,
)
from tests.support.contributions import submit
from tests.support.mandates import mandated
from tests.support.memberships import received
from tests.support.strict_browser import Page
from voting.ami.operations import become_referent, join_working_group
from voting.ami.queries import turnout
from voting.supports.operations import give_support, withdraw_support

pytestmark = pytest.mark.usefixtures("app")

REASON = "Fait sans droit."


@pytest.fixture
def member(app: Flask, sent: list[EmailMessage]) -> Case:
    return Case(app, MAILBOX, membership_link(app, sent))


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT, title="Nos communes")


def _again(consultation: Consultation) -> Consultation:
    return db.session.get_one(Consultation, consultation.id)


def _judge(page: Page, label: str, reason: str = REASON) -> Page:
    return page.click(label).form(button="Prononcer").send(reason=reason)


def _withdraw(proposal: Proposal, email: str) -> None:
    consultation = db.session.get_one(Consultation, proposal.consultation_id)
    with transaction():
        withdraw_support(
            proposal,
            on_behalf_of=factories.territory(LANNION),
            ctx=context_for(person_at(email), consultation),
        )


def test_a_support_withdrawn_without_right_stands_again(
    member: Case, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    agent = factories.agent_of(LANNION)
    proposal = supported(agent.email, consultation)
    own = supported(MAILBOX, _again(consultation))
    _withdraw(proposal, MAILBOX)
    _withdraw(own, MAILBOX)
    assert supports_of(proposal) == 0
    _desk, page = member.ended()
    assert page.main.count("Rétablir ce soutien") == 1, "what it gave itself is not given back"
    assert "Rien qui tienne encore" in page.main
    form = page.click("Rétablir ce soutien").form(button="Prononcer le rétablissement")
    form.send(reason=" ", status=422)
    page = form.send(reason=REASON)
    assert "Rétablir" not in page.main
    form.send(reason="Encore.")
    assert (supports_of(proposal), happened("SupportRestored")) == (1, 1)
    journal = public_journal(member.app, consultation)
    assert "est rétabli : il avait été retiré sans droit" in journal
    assert INTRUDER not in journal
    told = received(sent, MAILBOX)[-1]
    assert "Un soutien est rétabli" in told.subject
    assert REASON in told.body


def test_what_was_given_again_since_is_not_restored(
    member: Case, consultation: Consultation
) -> None:
    agent = factories.agent_of(LANNION)
    proposal = supported(agent.email, consultation)
    _withdraw(proposal, MAILBOX)
    with transaction():
        give_support(
            proposal,
            on_behalf_of=factories.territory(LANNION),
            ctx=context_for(agent, _again(consultation)),
        )
    _desk, page = member.ended()
    assert "Rétablir ce soutien" not in page.main
    assert supports_of(proposal) == 1


def test_a_part_exchanged_without_right_is_given_back(member: Case) -> None:
    called = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(called)
    agent = factories.agent_of(LANNION)
    for take, who in ((become_referent, agent), (join_working_group, person_at(MAILBOX))):
        with transaction():
            take(
                proposal,
                on_behalf_of=factories.territory(LANNION),
                ctx=context_for(who, _again(called)),
            )
    _desk, page = member.ended()
    assert "Rétablir" not in page.main, "what replaced it is judged first"
    page = _judge(page, "Annuler cette participation")
    page = _judge(page, "Rétablir cette participation")
    assert "Rien qui tienne encore" in page.main
    db.session.rollback()
    counted = turnout(called.id)
    assert (counted.referents, counted.working_group) == (1, 0)
    assert happened("ParticipationRestored") == 1


def test_a_contribution_withdrawn_without_right_comes_back(
    member: Case, sent: list[EmailMessage]
) -> None:
    """A member withdraws what a helper deposited by mandate."""
    collecting = factories.consultation(phase=Phase.COLLECTION)
    helper = factories.person(email=HELPER)
    mandated(helper, factories.territory(LANNION), collecting)
    deposited = submit(_again(collecting), person_at(HELPER)).id
    db.session.rollback()
    with transaction():
        found = kept_contribution(collecting.id, deposited)
        assert found is not None
        ctx = context_for(person_at(MAILBOX), _again(collecting))
        withdraw_contribution(found, ctx=ctx)
    _desk, page = member.ended()
    _judge(page, "Rétablir cette contribution")
    db.session.expire_all()
    assert db.session.get_one(Contribution, deposited).status is Status.SUBMITTED
    assert happened("ContributionRestored") == 1
    assert "Une contribution est rétablie" in received(sent, HELPER)[-1].subject
