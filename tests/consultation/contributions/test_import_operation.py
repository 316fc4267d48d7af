"""Contributions received elsewhere are taken in, all or none, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.identity.models import Person
from app.phases import Phase, PublicationKind
from consultation.contributions.models import Contribution, Status
from consultation.contributions.received import operations
from consultation.contributions.received.queries import Received
from tests.support import factories as make
from tests.support.contributions import TEXT, events
from tests.support.publications import set_published


def _received(reference: str, **changed: Any) -> Received:
    received = Received(reference, TEXT, places=(make.territory("22113"),), function="maire")
    return replace(received, **changed)


def _import(
    consultation: Consultation, *rows: Received, who: Person | None = None
) -> list[Contribution]:
    with transaction():
        return operations.import_contributions(
            rows,
            consultation=consultation,
            source="guichet",
            ctx=make.acting(who or make.moderator(), consultation),
        )


def test_an_import_leaves_one_event_per_contribution_and_repeats_without_effect(app: Flask) -> None:
    consultation = make.consultation(phase=None)
    imported = _import(consultation, _received("a"), _received("b"))
    assert [c.number for c in imported] == [1, 2]
    assert all(c.author_id is None and c.status is Status.SUBMITTED for c in imported)
    assert [events(c) for c in imported] == [["ContributionImported"]] * 2
    assert _import(consultation, _received("a"), _received("b")) == []
    assert [c.reference for c in _import(consultation, _received("b"), _received("c"))] == ["c"]


def test_two_imports_of_the_same_file_at_once_import_it_once(app: Flask) -> None:
    consultation = make.consultation(phase=None)
    who_id, consultation_id = make.moderator().id, consultation.id
    db.session.remove()

    def run(_time: int) -> int:
        with app.app_context():
            again = db.session.get_one(Consultation, consultation_id)
            who = db.session.get_one(Person, who_id)
            return len(_import(again, _received("a"), _received("b"), who=who))

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [0, 0, 2]


def test_only_moderators_import_and_not_once_proposals_are_published(app: Flask) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT)
    with pytest.raises(NotAllowed):
        _import(consultation, _received("a"), who=make.agent_of("22113"))
    with pytest.raises(Invalid):
        _import(
            consultation, _received("a"), _received("b", content=replace(TEXT, title="x" * 161))
        )
    assert db.session.scalar(select(func.count(Contribution.id))) == 0
    with transaction():
        set_published(consultation.id, PublicationKind.PROPOSALS)
    with pytest.raises(Conflict):
        _import(consultation, _received("a"))
