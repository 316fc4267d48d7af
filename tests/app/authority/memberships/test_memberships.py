"""One asks to belong to a territory; a moderator answers, on evidence or with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app import clock
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.operations import (
    grant_membership,
    refuse_membership,
    request_membership,
)
from app.authority.memberships.queries import membership as read
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.actors import Level, Role
from app.identity.models import Person
from app.journal.models import JournalEvent
from tests.support import factories
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")

LANNION = "22113"


@pytest.fixture
def clerk() -> Person:
    return factories.person(email="secretaire@exemple.fr")


def _request(who: Person, code: str = LANNION) -> Membership:
    with transaction():
        return request_membership(
            factories.territory(code), capacity=Capacity.AGENT, ctx=factories.acting(who)
        )


def _read(membership: Membership) -> Membership:
    found = read(membership.id)
    assert found is not None
    return found


def _propose(
    membership: Membership, by: Person, level: Level = Level.MAY_COMMIT, evidence: str = "Arrêté."
) -> None:
    ctx = factories.acting(by)
    with transaction():
        grant_membership(_read(membership), level=level, evidence=evidence, ctx=ctx)


def _grant(
    membership: Membership, by: Person, level: Level = Level.MAY_COMMIT, evidence: str = "Arrêté."
) -> None:
    """A moderator proposes, another confirms."""
    _propose(membership, by, level, evidence)
    _propose(membership, factories.moderator(), level, evidence)


def _refuse(membership: Membership, by: Person, reason: str = "La mairie dit non.") -> None:
    ctx = factories.acting(by)
    with transaction():
        refuse_membership(_read(membership), reason=reason, ctx=ctx)


def _events(membership: Membership) -> list[str]:
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_id == membership.id)
            .order_by(JournalEvent.subject_version)
        )
    )


def _level(who: Person) -> Level | None:
    db.session.rollback()
    actor = factories.acting(who).actor
    membership = actor.membership_of(factories.territory(LANNION).id, clock.now())
    return membership.level if membership else None


def test_asking_gives_no_power(clerk: Person) -> None:
    membership = _request(clerk)
    assert _level(clerk) is None
    assert _events(membership) == ["MembershipRequested"]


@pytest.mark.parametrize("level", Level)
def test_granting_on_evidence_gives_the_level_for_a_year(clerk: Person, level: Level) -> None:
    membership, moderator = _request(clerk), factories.moderator()
    start = clock.now()
    with clock.at(start):
        _propose(membership, moderator, level, "  Appel à la mairie. ")
        assert _level(clerk) is None, "one moderator alone grants nothing"
        _propose(membership, factories.moderator(), level, " Annuaire officiel.")
    assert _level(clerk) is level
    assert membership.evidence == "Appel à la mairie.\nAnnuaire officiel."
    assert membership.granted_by_id not in (None, moderator.id)
    with clock.at(start + timedelta(days=365, microseconds=-1)):
        assert _level(clerk) is level
    with clock.at(start + timedelta(days=365)):
        assert _level(clerk) is None


@pytest.mark.parametrize(
    ("level", "said"), [(Level.MAY_COMMIT, "l’engager"), (Level.MEMBER, "il faut de plus")]
)
def test_the_person_is_sent_what_they_may_do(
    clerk: Person, sent: list[EmailMessage], level: Level, said: str
) -> None:
    _grant(_request(clerk), factories.moderator(), level)
    work()
    [message] = sent
    assert message.to == ["secretaire@exemple.fr"]
    assert "accordé : Lannion (22) — commune" in message.subject.replace("\u00a0", " ")
    assert said in message.body
    assert "Arrêté." not in message.body, "the evidence is the agency's alone"


def test_the_person_is_sent_why_not(clerk: Person, sent: list[EmailMessage]) -> None:
    membership = _request(clerk)
    _refuse(membership, factories.moderator(), "La mairie ne vous connaît pas.")
    work()
    [message] = sent
    assert "La mairie ne vous connaît pas." in message.body
    assert "n’est pas accordé" in message.subject
    assert (_level(clerk), membership.ending) == (None, "La mairie ne vous connaît pas.")


def test_asking_twice_is_asking_once(clerk: Person) -> None:
    first = _request(clerk)
    assert _request(clerk).id == first.id
    _grant(first, factories.moderator())
    assert _request(clerk).id == first.id
    assert _level(clerk) is Level.MAY_COMMIT
    assert _events(first) == ["MembershipRequested", "MembershipProposed", "MembershipGranted"]


def test_one_who_was_refused_may_ask_again(clerk: Person) -> None:
    first, moderator = _request(clerk), factories.moderator()
    _refuse(first, moderator)
    second = _request(clerk)
    assert second.id != first.id
    _grant(second, moderator)
    assert _level(clerk) is Level.MAY_COMMIT


def test_a_membership_that_expired_is_asked_for_anew(clerk: Person) -> None:
    first, moderator = _request(clerk), factories.moderator()
    with clock.at(clock.now() - timedelta(days=366)):
        _grant(first, moderator)
    assert _level(clerk) is None
    second = _request(clerk)
    assert (second.id != first.id, second.given_at) == (True, None)
    _grant(second, moderator)
    assert _level(clerk) is Level.MAY_COMMIT
    current = select(func.count()).select_from(Membership).where(Membership.ended_at.is_(None))
    assert db.session.scalar(current) == 1


def test_a_level_can_be_raised_or_lowered_and_repeated_without_effect(
    clerk: Person, sent: list[EmailMessage]
) -> None:
    membership, moderator = _request(clerk), factories.moderator()
    for level in (Level.MEMBER, Level.MEMBER, Level.MAY_COMMIT, Level.MEMBER):
        _grant(membership, moderator, level)
    assert _level(clerk) is Level.MEMBER
    twice = ["MembershipProposed", "MembershipGranted"]
    assert _events(membership) == ["MembershipRequested", *twice * 3]
    work()
    assert len(sent) == 3


def test_a_request_refused_is_over(clerk: Person) -> None:
    membership, moderator = _request(clerk), factories.moderator()
    _refuse(membership, moderator, "A quitté la commune.")
    assert _level(clerk) is None
    for act in (_grant, _refuse):
        with pytest.raises(Conflict, match="déjà reçu une réponse"):
            act(membership, moderator)


def test_the_same_moderator_does_not_confirm_what_they_proposed(clerk: Person) -> None:
    membership, moderator = _request(clerk), factories.moderator()
    _propose(membership, moderator)
    with pytest.raises(Conflict, match="déjà proposé"):
        _propose(membership, moderator)
    assert _level(clerk) is None
    assert _events(membership) == ["MembershipRequested", "MembershipProposed"]


def test_a_second_moderator_who_finds_less_proposes_less(clerk: Person) -> None:
    membership = _request(clerk)
    first, second = factories.moderator(), factories.moderator()
    _propose(membership, first, Level.MAY_COMMIT)
    _propose(membership, second, Level.MEMBER)
    assert _level(clerk) is None
    _propose(membership, first, Level.MEMBER)
    assert _level(clerk) is Level.MEMBER


@pytest.mark.parametrize("act", [_propose, _refuse])
def test_nobody_answers_their_own_request(act) -> None:  # type: ignore[no-untyped-def]
    moderator = factories.moderator()
    membership = _request(moderator)
    with pytest.raises(Conflict, match="Nul ne statue sur son propre rattachement"):
        act(membership, moderator)
    assert _level(moderator) is None


@pytest.mark.parametrize("act", [_propose, _refuse])
@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_only_moderation_answers(clerk: Person, act, role: Role | None) -> None:  # type: ignore[no-untyped-def]
    membership = _request(clerk)
    by = factories.appointed(role) if role else factories.agent_of(LANNION)
    with pytest.raises(NotAllowed):
        act(membership, by)
    assert _level(clerk) is None


def test_evidence_and_reasons_are_words(clerk: Person) -> None:
    membership, moderator = _request(clerk), factories.moderator()
    with pytest.raises(Invalid, match="ce qui prouve"):
        _propose(membership, moderator, evidence=" \n")
    with pytest.raises(Invalid, match="recevra cette explication"):
        _refuse(membership, moderator, " ")


def test_nobody_asks_without_being_known(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        request_membership(
            factories.territory(LANNION), capacity=Capacity.AGENT, ctx=factories.acting(None)
        )


def test_a_mailbox_changed_lately_also_warns_the_address_it_replaced(
    clerk: Person, sent: list[EmailMessage]
) -> None:
    lately = clock.now() - timedelta(days=10)
    factories.mailbox(
        "nouveau@lannion.fr", LANNION, changed_at=lately, previous="ancien@lannion.fr"
    )
    _request(clerk)
    work()
    for address in ("nouveau@lannion.fr", "ancien@lannion.fr"):
        [message] = [message for message in sent if message.to == [address]]
        assert "/rattachements/contester/" in message.body
