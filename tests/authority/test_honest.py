"""Honest people of all sorts: each supports for their collectivity in at most three steps."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from tests.authority.honest import HONEST
from tests.authority.scene import Scene
from tests.support import factories
from tests.support.acts import giver
from voting.supports.models import Support

MOST_STEPS = 3


@pytest.mark.parametrize("name", HONEST)
def test_at_most_three_steps_to_a_support(scene: Scene, name: str) -> None:
    honest = HONEST[name]
    hand = honest.starts(scene)
    hand.sent.clear()
    for step in honest.steps:
        step(scene, hand)
    assert len(hand.sent) == len(honest.steps) <= MOST_STEPS, hand.sent
    db.session.rollback()
    given = db.session.scalars(select(Support).where(Support.withdrawn_at.is_(None))).all()
    places = {factories.territory(*place).id for place in honest.supporting}
    assert {support.territory_id for support in given} == places
    assert {giver(support.id)[1] for support in given} == {scene.person().id}
    assert scene.proposal().supports_count == len(places)


def test_there_are_fifteen_of_them() -> None:
    assert len(HONEST) >= 15
