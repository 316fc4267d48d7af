"""Lannion, its referent, and whom it may mandate."""

from __future__ import annotations

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from tests.support import factories
from tests.support.strict_browser import Visitor


@pytest.fixture
def consultation() -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT, title="Services communs")


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper() -> Person:
    return factories.person(email="helene@sictiam.exemple.fr", full_name="Hélène Aide")


@pytest.fixture
def referent() -> Person:
    return factories.referent_of("22113")


@pytest.fixture
def browser(app: Flask, referent: Person) -> Visitor:
    return Visitor(app).sign_in(referent)
