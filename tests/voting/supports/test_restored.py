"""A support that a contested right withdrew is restored, as it had been given."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.authority.rights.acts.queries import last_act
from app.contests.models import Contest
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.verbs import WITHDRAW_SUPPORT
from app.identity.models import Person
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts import TAKEN, giver, taker
from tests.support.acts_by_mandate import journal_sentences, uses
from tests.support.contests import happened, supports_of
from tests.support.helper_structure import Scene, scene
from tests.support.judgements import REASON, annul, contest_of_mandate, contest_of_member, restore
from tests.support.judgements import read as read_contest
from tests.support.mandates import mandated
from tests.support.strict_browser import Visitor
from tests.support.threads import Race
from voting.supports.models import Support
from voting.supports.operations import (
    give_support,
    withdraw_support,
)

OWN_ALONE = "ne revient que sur ce qu’elle a fait elle-même"


@pytest.fixture
def support(app: Flask) -> Scene:
    return scene()


def _do(act: Callable[..., object], scene: Scene, who: Person) -> None:
    with transaction():
        act(
            db.session.get_one(Proposal, scene.proposal.id),
            on_behalf_of=db.session.get_one(Territory, scene.lannion.id),
            ctx=context_for(who, scene.consultation),
        )


def _rows() -> list[Support]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Support).order_by(Support.given_at)))


def _judge(
    act: Callable[..., object],
    support_id: UUID,
    contest: Contest,
    *,
    reason: str = REASON,
    by: Person | None = None,
) -> None:
    with transaction():
        ctx, found = factories.acting(by or factories.moderator()), read_contest(contest.id)
        act(support_id, contest=found, reason=reason, ctx=ctx)


def test_what_an_intruder_withdrew_is_restored_as_it_was_given(support: Scene) -> None:
    mayor, intruder = factories.agent_of("22113"), factories.agent_of("22113")
    _do(give_support, support, mayor)
    [given] = _rows()
    since = given.given_at
    _do(withdraw_support, support, intruder)
    contest = contest_of_member(intruder, support.lannion)
    with pytest.raises(Invalid, match="la raison est publique"):
        _judge(restore, given.id, contest, reason=" ")
    with pytest.raises(NotAllowed):
        _judge(restore, given.id, contest, by=mayor)
    for _ in range(2):
        _judge(restore, given.id, contest)
    [row] = _rows()
    assert (row.given_at, giver(row.id)[1], row.withdrawn_at) == (since, mayor.id, None)
    assert (last_act(row.id, *TAKEN), supports_of(support.proposal)) == (None, 1)
    assert happened("SupportRestored") == 1
    assert journal_sentences(support.consultation.id)[0] == (
        "Le soutien de Lannion à la proposition n° 1 est rétabli : il avait été retiré sans droit."
    )


def test_what_a_mandate_withdrew_is_restored(support: Scene) -> None:
    mandate = support.mandate()
    _do(give_support, support, support.helper)
    _do(withdraw_support, support, support.helper)
    [given] = _rows()
    assert taker(given.id) == (mandate.id, support.helper.id)
    _judge(restore, given.id, contest_of_mandate(mandate))
    assert supports_of(support.proposal) == 1
    assert "Lannion, via SICTIAM," in journal_sentences(support.consultation.id)[0]


def test_only_what_the_contested_right_withdrew_is_restored(support: Scene) -> None:
    mayor, intruder = factories.agent_of("22113"), factories.agent_of("22113")
    _do(give_support, support, intruder)
    _do(withdraw_support, support, mayor)
    [given] = _rows()
    contest = contest_of_member(intruder, support.lannion)
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        _judge(restore, given.id, contest)
    _do(give_support, support, mayor)
    assert supports_of(support.proposal) == 1


def test_an_annulled_support_is_not_restored(support: Scene) -> None:
    intruder = factories.agent_of("22113")
    _do(give_support, support, intruder)
    [given] = _rows()
    contest = contest_of_member(intruder, support.lannion)
    _judge(annul, given.id, contest)
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        _judge(restore, given.id, contest)
    assert supports_of(support.proposal) == 0


def test_where_another_is_current_nothing_changes(app: Flask, support: Scene) -> None:
    """Given again before, or at this very moment: never two, and the counter says so."""
    mayor, intruder = factories.agent_of("22113"), factories.agent_of("22113")
    _do(give_support, support, mayor)
    _do(withdraw_support, support, intruder)
    [given] = _rows()
    contest = contest_of_member(intruder, support.lannion)
    ids = (support.proposal.id, support.lannion.id, support.consultation, mayor.id)
    moderator = factories.moderator()
    given_id, contest_id, moderator_id = given.id, contest.id, moderator.id
    db.session.rollback()

    def again() -> object:
        proposal, lannion, consultation, who = ids
        return give_support(
            db.session.get_one(Proposal, proposal),
            on_behalf_of=db.session.get_one(Territory, lannion),
            ctx=context_for(db.session.get_one(Person, who), consultation),
        ).id

    def restored() -> object:
        ctx = factories.acting(db.session.get_one(Person, moderator_id))
        found = read_contest(contest_id)
        assert found is not None
        restore(given_id, contest=found, reason=REASON, ctx=ctx)
        return given_id

    race = Race(app)
    giving = race.start(again, uncommitted=True)
    restoring = race.start(restored)
    race.wait_until_blocked()
    race.release.set()
    giving.result(60)
    assert restoring.result(60) == given_id
    _judge(restore, given_id, contest)
    assert [row.withdrawn_at is None for row in _rows()] == [False, True]
    assert (supports_of(support.proposal), happened("SupportRestored")) == (1, 0)


def test_a_helper_withdraws_only_what_their_own_structure_gave(app: Flask, support: Scene) -> None:
    support.mandate()
    other = factories.person(full_name="Noé Autre")
    mandated(other, support.lannion, support.consultation, helper_name="Mégalis")
    colleague = factories.person()
    mandated(colleague, support.lannion, support.consultation)
    mayor = factories.agent_of("22113")
    path = f"/consultations/{support.consultation.slug}/propositions/1"
    for who in (mayor, other):
        _do(give_support, support, who)
        with pytest.raises(NotAllowed, match=OWN_ALONE):
            _do(withdraw_support, support, support.helper)
        page = Visitor(app).sign_in(support.helper).get(path)
        assert OWN_ALONE in page.main
        assert "Retirer le soutien" not in page.main
        assert "Retirer le soutien" in Visitor(app).sign_in(mayor).get(path).main
        _do(withdraw_support, support, mayor)
    _do(give_support, support, colleague)
    assert "Retirer le soutien" in Visitor(app).sign_in(support.helper).get(path).main
    _do(withdraw_support, support, support.helper)
    assert supports_of(support.proposal) == 0
    assert uses()[-1] == (WITHDRAW_SUPPORT, 1)
