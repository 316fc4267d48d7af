"""The demonstration is replayed beside whatever else the base holds, and erases only its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.authority.memberships.models import Membership
from app.calendar.models import Consultation
from app.db import Base, db
from app.embedded import Services
from app.identity.models import Person
from app.phases import Phase
from app.seeds import demonstration, people
from app.seeds.story import Moment
from consultation.contributions.models import Contribution
from tests.support import factories as make
from tests.support.contributions import draft, submit
from tests.support.demonstration import demonstrated
from tests.support.moderation import hide_text

FULL = os.environ.get("PROOFS") == "full"


@pytest.fixture
def shown(services: Services) -> Iterator[Flask]:
    with demonstrated(services) as app, app.app_context():
        yield app


def _of(consultation: Consultation) -> dict[str, int]:
    """How many rows each table has of a consultation."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(
            select(func.count()).where(table.c.consultation_id == consultation.id)
        )
        or 0
        for table in Base.metadata.sorted_tables
        if "consultation_id" in table.c
    }


@pytest.mark.proof
def test_another_consultation_stays_as_it_was_at_each_moment(shown: Flask) -> None:
    clerk = db.session.scalars(select(Person).where(Person.email == people.CLERK)).one()
    real = make.consultation(phase=Phase.COLLECTION, slug="la-vraie")
    deposited = submit(real, clerk, code="63332")
    draft(real, make.person(email="quelqu-un@ailleurs.fr"))
    hide_text(deposited.id, make.acting(make.moderator(), real))
    before, members = _of(real), db.session.scalar(select(func.count(Membership.id)))
    for moment in [*reversed(Moment)] if FULL else [Moment.COLLECTION]:
        demonstration.replay(moment)
        assert _of(real) == before
        assert demonstration.present_moment() is moment
    assert db.session.scalar(select(func.count(Membership.id))) == members
    played = db.session.scalars(
        select(Consultation).where(Consultation.slug == demonstration.SLUG)
    ).one()
    assert _of(played)["contribution"] == 238
    assert _of(played)["service"] == 0
    # Whoever deposited in both is the same person.
    assert db.session.get_one(Contribution, deposited.id).author_id == clerk.id
    assert db.session.scalar(select(Person.id).where(Person.email == "quelqu-un@ailleurs.fr"))


def test_it_comes_beside_a_base_that_has_never_seen_it(app: Flask) -> None:
    """Someone else administers it, and others hold the places where it plays."""
    administrator = make.administrator()
    holder = make.referent_of("63332")
    real = make.consultation(phase=Phase.COLLECTION, slug="la-vraie")
    before = _of(real)
    demonstration.replay(Moment.COLLECTION)
    assert _of(real) == before
    assert demonstration.present_moment() is Moment.COLLECTION
    for kept in (administrator, holder):
        assert db.session.get_one(Person, kept.id).email == kept.email
