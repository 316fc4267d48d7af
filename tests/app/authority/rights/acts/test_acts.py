"""What was done for a territory is kept with the right it was done by, in its event's statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.authority.mandates.uses.queries import uses_of
from app.authority.memberships.models import Membership
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import record_act
from app.context import context_for
from app.db import db, transaction
from app.gate.refusals import check, relied_on
from app.gate.verb import VERBS, Effect, Verb
from app.gate.verbs import SUPPORT
from app.identity.models import Person
from app.journal.events import REGISTRY, Event
from tests.support import factories
from tests.support.acts_by_mandate import MAILBOX, notices
from tests.support.helper_structure import Scene, scene
from tests.support.memberships import received
from tests.support.sql_counter import statements
from voting.supports.operations import give_support, withdraw_support

LANNION = "22113"


@pytest.fixture
def support(app: Flask) -> Scene:
    return scene()


def _support(scene: Scene, who: Person) -> None:
    with transaction():
        give_support(
            scene.proposal, on_behalf_of=scene.lannion, ctx=context_for(who, scene.consultation)
        )


def _withdraw(scene: Scene, who: Person) -> None:
    with transaction():
        withdraw_support(
            scene.proposal, on_behalf_of=scene.lannion, ctx=context_for(who, scene.consultation)
        )


def _acts() -> list[tuple[str, Effect | None, UUID | None, UUID | None]]:
    db.session.rollback()
    acts = db.session.scalars(select(Act).order_by(Act.position))
    return [(act.verb, act.effect, act.right_id, act.person_id) for act in acts]


def _own(who: Person) -> list[UUID]:
    """Their memberships, the first first."""
    found = select(Membership.id).where(Membership.person_id == who.id)
    return list(db.session.scalars(found.order_by(Membership.requested_at)))


def test_each_act_is_of_the_right_it_relied_on(support: Scene) -> None:
    mandate, agent = support.mandate(), factories.agent_of(LANNION)
    _support(support, agent)
    _withdraw(support, agent)
    _support(support, support.helper)
    [own] = _own(agent)
    assert _acts() == [
        ("proposal:support", Effect.GIVES, own, agent.id),
        ("support:withdraw", Effect.TAKES_BACK, own, agent.id),
        ("proposal:support", Effect.GIVES, mandate.id, support.helper.id),
    ]


def test_what_was_done_by_a_membership_that_ended_is_not_of_the_next(support: Scene) -> None:
    agent = factories.agent_of(LANNION)
    _support(support, agent)
    with transaction():
        [former] = [db.session.get_one(Membership, id_) for id_ in _own(agent)]
        former.ended_at = clock.now()
    with clock.at(clock.now() + timedelta(seconds=1)):
        factories.belongs(agent, support.lannion)
        _withdraw(support, agent)
    first, second = _own(agent)
    assert [right for _verb, _effect, right, _who in _acts()] == [first, second]


def test_an_act_costs_no_statement_of_its_own(support: Scene) -> None:
    """It is written by the statement of its event; its notice waits for a job."""
    agent = factories.agent_of(LANNION)
    support.mandate()
    for who in (agent, support.helper):
        ctx = context_for(who, support.consultation)
        with statements() as sent, transaction():
            give_support(support.proposal, on_behalf_of=support.lannion, ctx=ctx)
        writing = [statement for statement in sent if "INSERT INTO act" in statement]
        assert len(writing) == 1
        assert "INSERT INTO journal_event" in writing[0]
        assert not any("outbox" in statement or "notice" in statement for statement in sent)
        _withdraw(support, who)


@pytest.fixture
def twin() -> Iterator[tuple[Verb, type[Event]]]:
    """A kind of act nobody knows yet: a verb, and an event beside its operation."""

    @dataclass(frozen=True, kw_only=True)
    class TownTwinned(Event):
        subject_type = "twinning"

        def sentence(self) -> str:
            return "Lannion se jumelle."

    verb = Verb(
        "town:twin",
        "se jumeler",
        SUPPORT.requires,
        mandate=SUPPORT.mandate,
        effect=Effect.GIVES,
        did="a jumelé la collectivité, par « %(title)s »",
        page="supports.proposal",
    )
    yield verb, TownTwinned
    del VERBS[verb.name], REGISTRY[TownTwinned.__name__]


def test_a_new_kind_of_act_is_sent_and_listed_by_its_verb_alone(
    support: Scene, sent: list[EmailMessage], twin: tuple[Verb, type[Event]]
) -> None:
    factories.mailbox(MAILBOX, LANNION)
    (verb, happened), mandate, subject = twin, support.mandate(), uuid4()
    ctx = context_for(support.helper, support.consultation)
    with transaction():
        check(ctx, verb, support.lannion)
        record_act(
            happened(subject_id=str(subject)),
            verb,
            about=support.proposal,
            on_behalf_of=support.lannion.id,
            right=relied_on(ctx, verb, support.lannion),
            ctx=ctx,
        )
    [notice] = notices(sent)
    assert "a jumelé la collectivité" in notice.body
    [done] = uses_of(mandate.id).items
    assert (done.act.under, done.act.subject_id, done.fate) == (verb, subject, None)
    assert received(sent, MAILBOX)[-1] == notice
