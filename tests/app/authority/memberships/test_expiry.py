"""A membership expires: it then opens nothing, and can be asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.authority.memberships.models import Capacity
from app.authority.memberships.operations import grant_membership, request_membership
from app.authority.memberships.queries import current_memberships, waiting_memberships
from app.authority.memberships.queries import membership as read_membership
from app.context import context_for
from app.db import transaction
from app.gate.actors import Level
from tests.support import factories
from tests.support.strict_browser import Visitor


@pytest.mark.usefixtures("app")
def test_an_expired_membership_can_be_asked_for_and_granted_again() -> None:
    agent, lannion = factories.person(), factories.territory("22113")
    moderator = factories.moderator()
    old = factories.belongs(agent, lannion, expires_at=clock.now() - timedelta(days=1)).id
    with transaction():
        asked = request_membership(lannion, capacity=Capacity.AGENT, ctx=context_for(agent))
        assert asked.id != old
    for by in (moderator, factories.moderator()):
        (waiting,) = waiting_memberships()
        with transaction():
            grant_membership(
                waiting, level=Level.MAY_COMMIT, evidence="Appel.", ctx=context_for(by)
            )
    (membership,) = context_for(agent).actor.memberships
    assert membership.is_current(clock.now())


@pytest.mark.usefixtures("app")
def test_granting_again_what_has_expired_extends_it() -> None:
    agent, lannion = factories.person(), factories.territory("22113")
    moderator = factories.moderator()
    membership = factories.belongs(agent, lannion, expires_at=clock.now() - timedelta(days=1))
    for by in (moderator, factories.moderator()):
        with transaction():
            grant_membership(
                read_membership(membership.id) or membership,
                level=Level.MAY_COMMIT,
                evidence="Appel.",
                ctx=context_for(by),
            )
    assert context_for(agent).actor.membership_of(lannion.id, clock.now()) is not None


def test_an_expired_member_no_longer_sees_the_collectivity(app: Flask) -> None:
    agent, lannion = factories.person(), factories.territory("22113")
    factories.belongs(agent, lannion, expires_at=clock.now() - timedelta(seconds=1))
    where = lannion.id
    page = Visitor(app).sign_in(agent).get("/ma-collectivite")
    assert "Vous n’appartenez à aucune collectivité" in page.main
    Visitor(app).sign_in(agent).get(f"/ma-collectivite?territoire={where}", status=403)
    assert current_memberships(where, clock.now()) == []
