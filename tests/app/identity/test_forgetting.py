"""What signing in leaves behind is forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.gate.actors import NOBODY, Context
from app.identity.jobs import forget
from app.identity.models import Session, SignInLink
from app.identity.operations import open_session, request_link
from tests.support import factories


@pytest.mark.usefixtures("app")
def test_old_links_and_sessions_long_over_are_deleted() -> None:
    person = factories.person()
    for age in (timedelta(days=2), timedelta(days=70), timedelta()):
        ctx = Context(NOBODY, clock.now() - age)
        with transaction():
            request_link("maire@exemple.fr", browser="a browser", ctx=ctx)
            open_session(person, ctx=ctx)
    forget()
    assert len(db.session.scalars(select(SignInLink)).all()) == 1
    assert len(db.session.scalars(select(Session)).all()) == 2
