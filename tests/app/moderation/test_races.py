"""Two moderators, or a reader and a moderator, act on one text at the same instant."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.calendar.models import Consultation
from app.db import db
from app.gate.actors import Context
from app.journal.models import JournalEvent
from app.moderation.models import Hiding, Signal
from app.moderation.operations import hide, signal
from app.moderation.rules import Reason
from app.phases import Phase
from tests.support import factories as make
from tests.support.contributions import submit
from tests.support.moderation import NOTE, found_text
from tests.support.threads import Race


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(phase=Phase.COLLECTION)


@pytest.fixture
def text(consultation: Consultation) -> UUID:
    return submit(consultation, make.agent_of("22113")).id


def _hide(text: UUID, ctx: Context) -> UUID:
    return hide(found_text(text, ctx), reason=Reason.PERSONAL, note=NOTE, ctx=ctx).id


def test_two_moderators_hide_a_text_once(
    consultation: Consultation, text: UUID, race: Race
) -> None:
    first, second = (make.acting(make.moderator(), consultation) for _ in range(2))
    race.start(lambda: _hide(text, first), uncommitted=True)
    late = race.start(lambda: _hide(text, second))
    race.wait_until_blocked()
    race.release.set()
    assert late.result() == db.session.scalars(select(Hiding.id)).one()
    hidden = select(func.count()).where(JournalEvent.type == "TextHidden")
    assert db.session.scalar(hidden) == 1


def test_no_signal_waits_on_a_text_that_is_hidden_meanwhile(
    consultation: Consultation, text: UUID, race: Race
) -> None:
    moderator, reader = make.acting(make.moderator(), consultation), make.acting(None, consultation)
    race.start(lambda: _hide(text, moderator), uncommitted=True)
    late = race.start(
        lambda: signal(found_text(text, reader), reason=Reason.OTHER, note="", ctx=reader)
    )
    race.wait_until_blocked()
    race.release.set()
    assert late.result() is None
    assert db.session.scalar(select(func.count()).select_from(Signal)) == 0
