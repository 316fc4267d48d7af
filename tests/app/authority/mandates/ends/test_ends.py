"""The territory, a moderator or a person named ends a mandate, for all or for one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask_mailman import EmailMessage

from app import clock
from app.authority.mandates.ends import operations as ends
from app.authority.mandates.queries import (
    mandates_naming,
    named,
)
from app.authority.mandates.uses.operations import stop_mandate
from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Level
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from tests.support import factories
from tests.support.mandates import acted_for, events_of, mandated, prepared, reread, signed
from tests.support.memberships import received

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def consultation() -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper() -> Person:
    return factories.person(email="helene@sictiam.exemple.fr", full_name="Hélène Aide")


def test_whoever_may_commit_ends_it_without_confirming(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    made = mandated(helper, lannion, consultation)
    referent = db.session.get_one(Person, made.signed_by_id)
    agent = factories.agent_of("22113")
    with transaction():
        ctx = replace(factories.acting(agent), stepped_up=False)
        ends.revoke_mandate(reread(made), ctx=ctx)
    assert acted_for(helper, consultation) == []
    assert "a mis fin au mandat" in received(sent, helper.email)[-1].body
    assert "a mis fin à un mandat" in received(sent, referent.email)[-1].body


def test_a_member_who_may_not_commit_ends_nothing(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    made = mandated(helper, lannion, consultation)
    member = factories.person()
    factories.belongs(member, lannion, level=Level.MEMBER)
    for other in (member, helper, factories.agent_of("29151")):
        with pytest.raises(NotAllowed):
            ends.revoke_mandate(reread(made), ctx=factories.acting(other))
        db.session.rollback()
    assert reread(made).ended_at is None


def test_nothing_is_ended_past_its_term(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    made = mandated(helper, lannion, consultation, days=1)
    referent = db.session.get_one(Person, made.signed_by_id)
    moderator, before = factories.moderator(), len(sent)

    def renounce() -> None:
        own = named(made.id, helper.id)
        assert own is not None
        ends.renounce_mandate(own, ctx=factories.acting(helper))

    with clock.at(made.ends_at):
        for end in (
            lambda: ends.revoke_mandate(reread(made), ctx=factories.acting(referent)),
            lambda: ends.remove_person(reread(made), helper, ctx=factories.acting(referent)),
            lambda: stop_mandate(reread(made), reason="Non.", ctx=factories.acting(moderator)),
            renounce,
        ):
            with pytest.raises(Conflict, match="à son terme"):
                end()
            db.session.rollback()
    assert reread(made).ended_at is None
    assert (events_of(made), len(sent)) == (["MandateSigned"], before)


def test_a_person_is_removed_and_the_others_stay(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    other, referent = factories.person(), factories.referent_of("22113")
    made = prepared(lannion, consultation, helper, other, by=referent)
    signed(made, by=referent)
    for _ in range(2):
        with transaction():
            ends.remove_person(reread(made), helper, ctx=factories.acting(referent))
    assert (acted_for(helper, consultation), len(acted_for(other, consultation))) == ([], 1)
    assert events_of(made) == ["MandateSigned", "MandatePersonRemoved"]
    assert "ne vous nomme plus" in received(sent, helper.email)[-1].body
    assert len(received(sent, other.email)) == 1
    with pytest.raises(Conflict, match="ne nomme pas"):
        ends.remove_person(reread(made), referent, ctx=factories.acting(referent))


def test_a_person_renounces_for_themself_alone(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    made = mandated(helper, lannion, consultation)
    referent = db.session.get_one(Person, made.signed_by_id)
    own = named(made.id, helper.id)
    assert own is not None
    with pytest.raises(NotAllowed):
        ends.renounce_mandate(own, ctx=factories.acting(referent))
    with transaction():
        ends.renounce_mandate(own, ctx=factories.acting(helper))
    assert acted_for(helper, consultation) == []
    assert "renonce à agir pour Lannion" in received(sent, referent.email)[-1].body
    assert [each.removed_at is not None for each in mandates_naming(helper.id)] == [True]
