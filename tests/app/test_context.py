"""Entering a phase: its dates, the right relied upon and the instant are read anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.context import context_for, enter
from app.db import db, transaction
from app.gate.actors import NOBODY, Context, Level, Role
from app.gate.refusals import allows
from app.gate.verbs import SUPPORT
from app.identity.models import Person, Profile
from app.phases import Phase
from app.territories.models import Territory
from tests.support import factories
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def consultation() -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


def _elsewhere(app: Flask, change: dict[str, object], row: object) -> None:
    """Another request changes a row, and commits."""
    with app.app_context(), transaction():
        found = db.session.get_one(type(row), row.id)  # type: ignore[attr-defined]
        for name, value in change.items():
            setattr(found, name, value)


def test_dates_moved_since_the_page_was_asked_for_are_those_obeyed(
    app: Flask, consultation: Consultation, lannion: Territory
) -> None:
    ctx = context_for(factories.agent_of("22113"), consultation)
    window = db.session.scalars(select(PhaseWindow).where(PhaseWindow.phase == Phase.SUPPORT)).one()
    closed = clock.now() - timedelta(seconds=1)
    _elsewhere(app, {"closes_at": closed, "version": 2}, window)
    assert allows(ctx, SUPPORT, lannion)
    entered = enter(ctx, Phase.SUPPORT, acting_for=lannion)
    assert not allows(entered, SUPPORT, lannion)
    assert (entered.window_version, ctx.window_version) == (2, None)


@pytest.mark.parametrize(
    "change", [{"ended_at": clock.now()}, {"level": int(Level.MEMBER)}, {"given_at": None}]
)
def test_a_right_lost_since_is_not_relied_upon(
    app: Flask, consultation: Consultation, lannion: Territory, change: dict[str, object]
) -> None:
    person = factories.person()
    membership = factories.belongs(person, lannion)
    factories.belongs(person, factories.territory("29151"))
    ctx = context_for(person, consultation)
    _elsewhere(app, change, membership)
    entered = enter(ctx, Phase.SUPPORT, acting_for=lannion)
    assert allows(ctx, SUPPORT, lannion)
    assert not allows(entered, SUPPORT, lannion)
    assert allows(entered, SUPPORT, factories.territory("29151"))


def test_a_right_gained_since_counts(consultation: Consultation, lannion: Territory) -> None:
    person = factories.person()
    ctx = context_for(person, consultation)
    factories.belongs(person, lannion)
    assert not allows(ctx, SUPPORT, lannion)
    assert allows(enter(ctx, Phase.SUPPORT, acting_for=lannion), SUPPORT, lannion)


def test_the_instant_is_that_of_the_database_unless_one_is_chosen(
    consultation: Consultation,
) -> None:
    past = clock.now() - timedelta(days=400)
    ctx = replace(context_for(None, consultation), instant=past)
    entered = enter(ctx, Phase.SUPPORT)
    assert abs(entered.instant - clock.now()) < timedelta(minutes=1)
    with clock.at(past):
        assert enter(ctx, Phase.SUPPORT).instant == past


def test_a_phase_without_dates_or_no_consultation_is_not_entered(
    consultation: Consultation,
) -> None:
    nowhere = Context(NOBODY, clock.now())
    assert enter(nowhere, Phase.SUPPORT) is nowhere
    ctx = context_for(None, consultation)
    assert ctx.calendar is not None
    undated = replace(ctx, calendar=replace(ctx.calendar, windows=()))
    assert enter(undated, Phase.SUPPORT) is undated


@pytest.mark.parametrize(
    ("profile", "organisation", "expected"),
    [
        (Profile.PARTNER, "Une association", True),
        (Profile.PARTNER, "", True),
        (Profile.AGENT, "Une mairie", False),
    ],
)
def test_a_partner_is_one_whatever_they_name(
    profile: Profile, organisation: str, expected: bool
) -> None:
    person = factories.person(profile=profile, organisation=organisation)
    assert context_for(person).actor.organisation is expected


def test_an_actor_has_what_is_current_and_nothing_else(lannion: Territory) -> None:
    consultation = factories.consultation()
    person = factories.appointed(Role.MODERATOR, consultation)
    factories.belongs(person, lannion, level=Level.MEMBER)
    gone = clock.now() - timedelta(seconds=1)
    factories.belongs(person, factories.territory("29151"), expires_at=gone)
    actor = context_for(person).actor
    assert [(m.territory_id, m.level) for m in actor.memberships] == [(lannion.id, Level.MEMBER)]
    assert actor.is_appointed(Role.MODERATOR, consultation.id)
    assert not actor.is_appointed(Role.MODERATOR, None)
    assert context_for(None).actor == NOBODY


def test_the_address_names_the_consultation_else_it_is_the_latest(visitor: Visitor) -> None:
    with clock.at(clock.now() - timedelta(days=1)):
        old = factories.consultation(title="L’ancienne")
    factories.consultation(title="La nouvelle")
    named = visitor.get(f"/consultations/{old.slug}/calendrier")
    assert "L’ancienne" in named.text
    assert "La nouvelle" not in named.text
    assert "La nouvelle" in visitor.get("/accessibilite").text
    visitor.get("/consultations/nulle-part/calendrier", status=404)


def test_powers_are_read_again_at_each_request(visitor: Visitor, lannion: Territory) -> None:
    person: Person = factories.person()
    visitor.sign_in(person)
    assert "Ma collectivité" not in visitor.get("/accessibilite").links()
    factories.belongs(person, lannion)
    assert "Ma collectivité" in visitor.get("/accessibilite").links()
