"""Two hands at once: one grant, one code, one invitation; and no support without a right."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app.authority.memberships.codes.operations import redeem_code
from app.authority.memberships.codes.queries import latest_code
from app.authority.memberships.grants.operations import recognise
from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.invitations.operations import accept_invitation, invite
from app.authority.memberships.invitations.queries import invitation as read_invitation
from app.authority.memberships.members.operations import (
    approve_membership,
    end_membership,
)
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.operations import request_membership
from app.authority.memberships.queries import lock_membership
from app.authority.memberships.queries import membership as read
from app.authority.memberships.rules import BY_MAIL, Path
from app.authority.rights.queries import lock_people
from app.calendar.models import Consultation
from app.contests.operations import contest_by_mailbox
from app.contests.queries import notice_by_token
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Level
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.memberships import ask, code_in, membership_of, path_in, received, someone
from tests.support.threads import Race
from voting.supports.models import Support
from voting.supports.operations import give_support

MAILBOX = "mairie@orange.fr"
SUPPORTS = 100 if os.environ.get("PROOFS") == "full" else 8


def _act(person_id: UUID, act: Callable[[Person], object]) -> Callable[[], object]:
    return lambda: act(db.session.get_one(Person, person_id))


def _events(kind: str) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == kind)
    return db.session.scalar(query) or 0


def _read(membership_id: UUID) -> Membership:
    found = read(membership_id)
    assert found is not None
    return found


def test_two_referents_approve_at_once_one_grant(app: Flask) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    ids = [factories.referent_of("22113").id for _ in range(2)]
    ask(someone(app, "anne@lannion.fr"))
    granted, where = _events("MembershipGranted"), membership_of("anne@lannion.fr").id
    db.session.rollback()

    def approve(by: Person) -> int:
        return approve_membership(_read(where), level=Level.MAY_COMMIT, ctx=context_for(by)).level

    race = Race(app)
    first = race.start(_act(ids[0], approve), uncommitted=True)
    second = race.start(_act(ids[1], approve))
    race.wait_until_blocked()
    race.release.set()
    assert (first.result(60), second.result(60)) == (2, 2)
    assert _events("MembershipGranted") == granted + 1


def test_two_who_have_the_right_at_once_make_one_first_referent(app: Flask) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    one = factories.person(email="mairie@lannion.fr").id
    other = factories.person().id
    factories.belongs(
        db.session.get_one(Person, other), factories.territory("22113"), level=Level.MEMBER
    )
    lannion = factories.territory("22113").id
    membership_id = db.session.scalars(
        select(Membership.id).where(Membership.person_id == other)
    ).one()
    db.session.rollback()

    def by_mailbox(who: Person) -> bool:
        return request_membership(
            db.session.get_one(Territory, lannion),
            capacity=Capacity.AGENT,
            proved=BY_MAIL,
            ctx=context_for(who),
        ).referent

    def by_moderation(who: Person) -> bool:
        return recognise(
            lock_membership(_read(membership_id)),
            level=Level.MAY_COMMIT,
            path=Path.MODERATION,
            ctx=context_for(who),
        ).referent

    race = Race(app)
    first = race.start(_act(one, by_mailbox), uncommitted=True)
    second = race.start(_act(other, by_moderation))
    race.wait_until_blocked()
    race.release.set()
    assert (first.result(60), second.result(60)) == (True, False)


def test_a_code_typed_twice_at_once_serves_once(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, "anne@gmail.com"))
    code = code_in(received(sent, MAILBOX)[-1])
    membership = membership_of("anne@gmail.com")
    who, where = membership.person_id, membership.id
    db.session.rollback()

    def redeem(by: Person) -> bool:
        return redeem_code(_read(where), code, ctx=context_for(by))

    race = Race(app)
    first = race.start(_act(who, redeem), uncommitted=True)
    second = race.start(_act(who, redeem))
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) is True
    assert isinstance(second.exception(60), Conflict)
    assert _events("MembershipGranted") == 1


def test_wrong_codes_at_once_are_all_counted(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, "anne@gmail.com"))
    membership = membership_of("anne@gmail.com")
    who, where = membership.person_id, membership.id
    db.session.rollback()

    def guess(by: Person) -> bool:
        return redeem_code(_read(where), "12345678", ctx=context_for(by))

    race = Race(app)
    first = race.start(_act(who, guess), uncommitted=True)
    second = race.start(_act(who, guess))
    race.wait_until_blocked()
    race.release.set()
    assert (first.result(60), second.result(60)) == (False, False)
    db.session.rollback()
    code = latest_code(membership_of("anne@gmail.com"))
    assert code is not None
    assert code.tries == 2


def test_an_invitation_accepted_twice_at_once_serves_once(app: Flask) -> None:
    referent = factories.referent_of("22113")
    with transaction():
        invite(
            factories.territory("22113"),
            email="a@gmail.com",
            level=Level.MEMBER,
            ctx=factories.acting(referent),
        )
    who = factories.person(email="a@gmail.com").id
    where = db.session.scalars(select(Invitation.id)).one()
    db.session.rollback()

    def accept(by: Person) -> UUID:
        found = read_invitation(where)
        assert found is not None
        return accept_invitation(found, ctx=context_for(by)).id

    race = Race(app)
    first = race.start(_act(who, accept), uncommitted=True)
    second = race.start(_act(who, accept))
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    assert isinstance(second.exception(60), Conflict)
    assert _events("InvitationAccepted") == 1


@pytest.fixture
def contested(app: Flask, sent: list[EmailMessage]) -> tuple[UUID, UUID, UUID, UUID, str]:
    """Who supports what, where and in which consultation; and the mailbox’s link."""
    factories.mailbox("mairie@lannion.fr", "22113")
    ask(someone(app, "mairie@lannion.fr"))
    link = path_in(received(sent, "mairie@lannion.fr")[-1], "/rattachements/contester/")
    consultation = factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(consultation)
    who = membership_of("mairie@lannion.fr").person_id
    found = (
        proposal.id,
        who,
        factories.territory("22113").id,
        consultation.id,
        link.rpartition("/")[2],
    )
    db.session.rollback()
    return found


def _support(proposal: UUID, territory: UUID, consultation: UUID) -> Callable[[Person], object]:
    def support(by: Person) -> UUID:
        return give_support(
            db.session.get_one(Proposal, proposal),
            on_behalf_of=db.session.get_one(Territory, territory),
            ctx=context_for(by, db.session.get_one(Consultation, consultation)),
        ).id

    return support


def _contest(token: str) -> Callable[[], object]:
    def contest() -> UUID:
        ctx = factories.acting(None)
        notice = notice_by_token(token, ctx.instant)
        assert notice is not None
        return contest_by_mailbox(notice, reason="Inconnu.", ctx=ctx).id

    return contest


def test_a_contest_waits_for_the_support_that_entered_before_it(
    app: Flask, contested: tuple[UUID, UUID, UUID, UUID, str]
) -> None:
    proposal, who, territory, consultation, token = contested
    race = Race(app)
    support = race.start(_act(who, _support(proposal, territory, consultation)), uncommitted=True)
    contest = race.start(_contest(token))
    race.wait_until_blocked()
    race.release.set()
    support.result(60)
    contest.result(60)
    assert len(_in_order(who)) == 1


def test_a_support_that_comes_during_a_contest_is_refused(
    app: Flask, contested: tuple[UUID, UUID, UUID, UUID, str]
) -> None:
    proposal, who, territory, consultation, token = contested
    race = Race(app)
    contest = race.start(_contest(token), uncommitted=True)
    support = race.start(_act(who, _support(proposal, territory, consultation)))
    race.wait_until_blocked()
    race.release.set()
    contest.result(60)
    assert isinstance(support.exception(60), NotAllowed)
    assert db.session.scalar(select(func.count()).select_from(Support)) == 0


def _in_order(who: UUID) -> list[datetime]:
    """Every support that was accepted had a right that was current when it entered."""
    db.session.rollback()
    [(contested_at, ended_at)] = db.session.execute(
        select(Membership.contested_at, Membership.ended_at).where(Membership.person_id == who)
    ).all()
    lost_at = contested_at or ended_at
    assert lost_at is not None
    given = list(db.session.scalars(select(Support.given_at)))
    assert [instant for instant in given if instant >= lost_at] == []
    return given


def test_ending_a_membership_while_it_supports_in_a_hundred_tabs(app: Flask) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    proposals = [factories.published_proposal(consultation, f"N° {n}").id for n in range(SUPPORTS)]
    where, year = factories.territory("22113").id, consultation.id
    who, by = factories.agent_of("22113").id, factories.referent_of("22113").id
    membership_id = db.session.scalars(
        select(Membership.id).where(Membership.person_id == who)
    ).one()
    db.session.rollback()

    def supports(proposal: UUID) -> Callable[[], object]:
        return _act(who, _support(proposal, where, year))

    def end(referent: Person) -> object:
        return end_membership(_read(membership_id), ctx=context_for(referent)).id

    race, half = Race(app), SUPPORTS // 2
    for early in [race.start(supports(each)) for each in proposals[: half - 1]]:
        early.result(60)
    entered = race.start(supports(proposals[half - 1]), uncommitted=True)
    ended = race.start(_act(by, end))
    race.wait_until_blocked()
    meanwhile = [race.start(supports(each)) for each in proposals[half:-1]]
    # Those who share the right pass before the end that waits for it, and are dated before it.
    meanwhile[0].result(60)
    race.release.set()
    entered.result(60)
    ended.result(60)
    refusals = [tab.exception(60) for tab in meanwhile]
    refusals.append(race.start(supports(proposals[-1])).exception(60))
    assert {type(refused) for refused in refusals} <= {NotAllowed, type(None)}
    assert isinstance(refusals[-1], NotAllowed)
    assert half <= len(_in_order(who)) == half + refusals.count(None) < SUPPORTS


def test_changes_of_a_territorys_people_follow_one_another(app: Flask) -> None:
    where = factories.territory("22113").id
    elsewhere = factories.territory("29151").id
    db.session.rollback()
    race = Race(app)
    first = race.start(lambda: lock_people(where), uncommitted=True)
    race.start(lambda: lock_people(elsewhere)).result(60)
    second = race.start(lambda: lock_people(where))
    race.wait_until_blocked()
    assert not second.done()
    race.release.set()
    first.result(60)
    second.result(60)
