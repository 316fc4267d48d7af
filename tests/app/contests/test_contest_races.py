"""A contest at the same instant as acts, as another contest, as another decision."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.authority.mandates.models import Mandate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import membership as read_membership
from app.calendar.models import Consultation
from app.contests.models import Contest, Objection
from app.contests.operations import (
    contest_by_mailbox,
    contest_colleague,
    decide_contest,
)
from app.contests.queries import contest as read_contest
from app.contests.queries import notice_by_token
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Proposal
from consultation.triage.operations import group
from consultation.triage.queries import conservation
from tests.support import factories
from tests.support.contests import (
    HELPER,
    LANNION,
    MAILBOX,
    contest,
    decide,
    desk_of,
    happened,
    mandate_for,
    mandate_link,
    membership_link,
    person_at,
    supported,
    supports_of,
)
from tests.support.judgements import annul as annul_given
from tests.support.memberships import membership_of
from tests.support.moderation_desk import Desk
from tests.support.threads import Race
from voting.supports.models import Support
from voting.supports.operations import give_support

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


@pytest.fixture
def token(app: Flask, consultation: Consultation, sent: list[EmailMessage]) -> str:
    """Of the link by which the mailbox contests a mandate."""
    mandate_for(consultation)
    return mandate_link(sent).rpartition("/")[2]


def _by_link(token: str) -> Callable[[], UUID]:
    # Asked now, whenever it is done.
    ctx = factories.acting(None)

    def act() -> UUID:
        notice = notice_by_token(token, ctx.instant)
        assert notice is not None
        return contest_by_mailbox(notice, reason="Inconnu.", ctx=ctx).id

    return act


def _supporting(email: str, proposal: Proposal) -> Callable[[], UUID]:
    who, proposal_id = person_at(email).id, proposal.id
    where, consultation_id = factories.territory(LANNION).id, proposal.consultation_id
    db.session.rollback()

    def act() -> UUID:
        consultation = db.session.get_one(Consultation, consultation_id)
        return give_support(
            db.session.get_one(Proposal, proposal_id),
            on_behalf_of=db.session.get_one(Territory, where),
            ctx=context_for(db.session.get_one(Person, who), consultation),
        ).id

    return act


def test_a_contested_mandate_waits_for_the_support_that_entered_before(
    app: Flask, consultation: Consultation, token: str
) -> None:
    proposal = factories.published_proposal(consultation)
    act, contesting = _supporting(HELPER, proposal), _by_link(token)
    race = Race(app)
    support = race.start(act, uncommitted=True)
    contested = race.start(contesting)
    race.wait_until_blocked()
    race.release.set()
    support.result(60)
    contested.result(60)
    assert supports_of(proposal) == 1
    contested_at = db.session.scalars(select(Mandate.contested_at)).one()
    assert contested_at is not None
    assert db.session.scalars(select(Support.given_at)).one() <= contested_at


def test_a_support_that_comes_while_a_mandate_is_contested_is_refused(
    app: Flask, consultation: Consultation, token: str
) -> None:
    proposal = factories.published_proposal(consultation)
    act = _supporting(HELPER, proposal)
    race = Race(app)
    contested = race.start(_by_link(token), uncommitted=True)
    support = race.start(act)
    race.wait_until_blocked()
    race.release.set()
    contested.result(60)
    assert isinstance(support.exception(60), NotAllowed)
    assert supports_of(proposal) == 0


def test_two_voices_at_once_open_one_case(app: Flask, sent: list[EmailMessage]) -> None:
    token = membership_link(app, sent).rpartition("/")[2]
    member, contested = factories.agent_of(LANNION).id, membership_of(MAILBOX).id
    db.session.rollback()

    def colleague() -> UUID:
        found = read_membership(contested)
        assert found is not None
        by = db.session.get_one(Person, member)
        return contest_colleague(found, reason="Un doute.", ctx=context_for(by)).id

    race = Race(app)
    first = race.start(colleague, uncommitted=True)
    second = race.start(_by_link(token))
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == second.result(60)
    assert len(db.session.scalars(select(Contest.id)).all()) == 1
    assert len(db.session.scalars(select(Objection.id)).all()) == 2
    assert db.session.get_one(Membership, contested).contested_at is not None


def _deciding(contest_id: UUID, *, upheld: bool) -> Callable[[], object]:
    moderator = factories.moderator().id
    db.session.rollback()

    def act() -> bool | None:
        found = read_contest(contest_id)
        assert found is not None
        by = db.session.get_one(Person, moderator)
        return decide_contest(found, upheld=upheld, reason="Vu.", ctx=factories.acting(by)).upheld

    return act


def test_two_moderators_decide_at_once_one_decision(app: Flask, token: str) -> None:
    with transaction():
        contest_id = _by_link(token)()
    uphold, end = _deciding(contest_id, upheld=True), _deciding(contest_id, upheld=False)
    race = Race(app)
    first = race.start(uphold, uncommitted=True)
    second = race.start(end)
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) is True
    assert isinstance(second.exception(60), Conflict)
    assert happened("MandateContestDecided") == 1
    assert db.session.scalars(select(Mandate.ended_at)).one() is None


def test_two_moderators_annul_at_once_one_annulment(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    link = membership_link(app, sent)
    proposal = supported(MAILBOX, consultation)
    contest(app, link)
    decide(desk_of(app), "end")
    contest_id, support_id = _one(Contest.id), _one(Support.id)
    moderators = [factories.moderator().id for _ in range(2)]
    db.session.rollback()

    def annul(moderator: UUID) -> Callable[[], object]:
        def act() -> UUID:
            found = read_contest(contest_id)
            assert found is not None
            ctx = factories.acting(db.session.get_one(Person, moderator))
            annul_given(support_id, contest=found, reason="Sans droit.", ctx=ctx)
            return support_id

        return act

    race = Race(app)
    first = race.start(annul(moderators[0]), uncommitted=True)
    second = race.start(annul(moderators[1]))
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    second.result(60)
    assert supports_of(proposal) == 0
    assert happened("SupportAnnulled") == 1


def _one(column: InstrumentedAttribute[UUID]) -> UUID:
    return db.session.scalars(select(column)).one()


def test_an_annulment_waits_for_the_triage_under_way(app: Flask, sent: list[EmailMessage]) -> None:
    link = membership_link(app, sent)
    desk = Desk()
    mine = desk.contribution(author=person_at(MAILBOX), place=factories.territory(LANNION)).id
    proposal = desk.proposal().id
    contest(app, link)
    decide(desk_of(app), "end")
    contest_id, moderator, consultation_id = _one(Contest.id), desk.moderator.id, desk.id
    db.session.rollback()

    def sort() -> object:
        by = db.session.get_one(Person, moderator)
        consultation = db.session.get_one(Consultation, consultation_id)
        return group(
            db.session.get_one(Contribution, mine),
            proposals=[db.session.get_one(Proposal, proposal)],
            ctx=context_for(by, consultation),
        )

    def annul() -> object:
        found = read_contest(contest_id)
        assert found is not None
        ctx = factories.acting(db.session.get_one(Person, moderator))
        return annul_given(mine, contest=found, reason="Sans droit.", ctx=ctx)

    race = Race(app)
    sorted_ = race.start(sort, uncommitted=True)
    annulled = race.start(annul)
    race.wait_until_blocked()
    race.release.set()
    sorted_.result(60)
    assert isinstance(annulled.exception(60), Conflict)
    assert db.session.get_one(Contribution, mine).status is Status.SUBMITTED
    counts = conservation(consultation_id)
    assert (counts.grouped, counts.withdrawn) == (1, 0)
