"""Who tries to act by a mandate that does not say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.authority.mandates.ends import operations as ends
from app.authority.mandates.models import Mandate
from app.authority.mandates.queries import named
from app.authority.memberships.members.operations import leave_territory
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import membership as read_membership
from app.authority.rights.models import Right
from app.db import db, transaction
from app.gate.actors import Action, Level, TerritoryKind
from app.gate.refusals import allows
from app.gate.verbs import REFER, SUBMIT, SUPPORT
from app.phases import Phase
from tests.support import factories, helper_structure
from tests.support.helper_structure import Scene
from tests.support.mandates import mandated, prepared, reread, today

pytestmark = pytest.mark.usefixtures("app")

SECOND = timedelta(seconds=1)


@pytest.fixture
def scene() -> Scene:
    return helper_structure.scene()


def test_the_honest_helper_supports(scene: Scene) -> None:
    scene.mandate(actions=[Action.SUPPORT])
    assert scene.supports()


@pytest.mark.parametrize(
    ("end", "away", "counts"),
    [
        ("starts_at", -SECOND, False),
        ("starts_at", 0 * SECOND, True),
        ("ends_at", -SECOND, True),
        ("ends_at", 0 * SECOND, False),
        ("ends_at", SECOND, False),
    ],
)
def test_to_the_second(scene: Scene, end: str, away: timedelta, counts: bool) -> None:
    mandate = scene.mandate(starts_on=today() + timedelta(days=2), days=3)
    assert scene.supports(at=getattr(mandate, end) + away) is counts


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.SUPPORT])
def test_a_mandate_for_one_thing_gives_no_other(scene: Scene, action: Action) -> None:
    scene.mandate(actions=[action])
    assert not scene.supports()


@pytest.mark.parametrize(
    ("verb", "action", "phase"),
    [
        (SUBMIT, Action.SUBMIT, Phase.COLLECTION),
        (SUPPORT, Action.SUPPORT, Phase.SUPPORT),
        (REFER, Action.AMI, Phase.AMI),
    ],
)
def test_each_action_gives_its_own_verb(verb, action: Action, phase: Phase) -> None:  # type: ignore[no-untyped-def]
    consultation, lannion = factories.consultation(phase=phase), factories.territory("22113")
    for given in Action:
        helper = factories.person()
        mandated(helper, lannion, consultation, actions=[given])
        ctx = factories.acting(helper, consultation)
        assert allows(ctx, verb, lannion) is (given is action), given


def test_a_mandate_is_used_in_its_consultation_only(scene: Scene) -> None:
    mandated(scene.helper, scene.lannion, factories.consultation(phase=Phase.SUPPORT))
    assert not scene.supports()


def test_a_mandate_is_used_for_its_territory_only(scene: Scene) -> None:
    mandated(scene.helper, factories.territory("29151"), scene.consultation)
    assert not allows(scene.ctx(), SUPPORT, scene.lannion)
    assert not scene.supports()


def test_nobody_else_acts_by_it(scene: Scene) -> None:
    scene.mandate()
    colleague = factories.person(email="autre@sictiam.exemple.fr")
    assert not scene.supports(ctx=factories.acting(colleague, scene.consultation))


def test_a_prepared_mandate_gives_nothing(scene: Scene) -> None:
    prepared(scene.lannion, scene.consultation, scene.helper)
    assert not scene.supports()


def _revoke(scene: Scene, mandate: Mandate) -> None:
    agent = factories.agent_of("22113")
    with transaction():
        ends.revoke_mandate(reread(mandate), ctx=factories.acting(agent))


def _remove(scene: Scene, mandate: Mandate) -> None:
    agent = factories.agent_of("22113")
    with transaction():
        ends.remove_person(reread(mandate), scene.helper, ctx=factories.acting(agent))


def _renounce(scene: Scene, mandate: Mandate) -> None:
    own = named(mandate.id, scene.helper.id)
    assert own is not None
    with transaction():
        ends.renounce_mandate(own, ctx=scene.ctx())


def _contest(scene: Scene, mandate: Mandate) -> None:
    with transaction():
        db.session.execute(update(Right).values(contested_at=clock.now()))


@pytest.mark.parametrize("ending", [_revoke, _remove, _renounce, _contest])
def test_what_is_over_is_over_even_for_who_was_let_in_before(
    scene: Scene, ending: Callable[[Scene, Mandate], None]
) -> None:
    mandate = scene.mandate()
    let_in = scene.ctx()
    ending(scene, mandate)
    assert not scene.supports(ctx=let_in)
    assert not scene.supports()


def test_a_contested_mandate_is_ended_by_its_territory_all_the_same(scene: Scene) -> None:
    mandate = scene.mandate()
    _contest(scene, mandate)
    _revoke(scene, mandate)
    assert reread(mandate).ended_by == "territory"


@pytest.fixture
def department(scene: Scene) -> Membership:
    """The helper's own membership of the département that is mandated."""
    cotes = factories.territory("22", TerritoryKind.DEPARTEMENT)
    membership = factories.belongs(scene.helper, cotes, level=Level.MEMBER)
    scene.mandate(structure=cotes)
    return membership


def test_a_helper_of_the_registry_supports_while_they_belong_to_it(
    scene: Scene, department: Membership
) -> None:
    assert scene.supports()


@pytest.mark.parametrize("change", ["ended_at", "contested_at", "expires_at"])
def test_a_helper_who_no_longer_belongs_to_it_acts_no_more(
    scene: Scene, department: Membership, change: str
) -> None:
    let_in = scene.ctx()
    with transaction():
        setattr(db.session.get_one(Membership, department.id), change, clock.now() - SECOND)
    assert not scene.supports(ctx=let_in)
    assert not scene.supports()


def test_a_helper_who_leaves_it_by_the_page_acts_no_more(
    scene: Scene, department: Membership
) -> None:
    own = read_membership(department.id)
    assert own is not None
    with transaction():
        leave_territory(own, ctx=scene.ctx())
    assert not scene.supports()
