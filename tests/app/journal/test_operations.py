"""The journal keeps what happened, and nothing can change it."""

from __future__ import annotations

import hmac
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import ProgrammingError

from app.calendar.operations import amend_window
from app.calendar.queries import window_of
from app.db import db, transaction
from app.journal.merkle import leaf_hash
from app.journal.models import JournalEvent, JournalText
from app.phases import Phase
from tests.support import factories


def _amended() -> JournalEvent:
    consultation = factories.consultation(phase=Phase.COLLECTION)
    window = window_of(consultation.id, Phase.COLLECTION)
    assert window is not None
    admin = factories.administrator()
    with transaction():
        amend_window(
            window,
            opens_at=window.opens_at,
            closes_at=window.closes_at + timedelta(minutes=7),
            reason="La préfecture a demandé une semaine",
            ctx=factories.acting(admin, consultation),
        )
    return db.session.scalars(
        select(JournalEvent).where(JournalEvent.type == "WindowAmended")
    ).one()


@pytest.mark.usefixtures("app")
def test_an_event_stores_its_canonical_bytes_and_their_leaf_hash() -> None:
    event = _amended()
    document = json.loads(event.canonical)
    assert document["type"] == "WindowAmended"
    assert document["window_version"] == event.window_version == 2
    assert event.leaf_hash == sha256(b"\x00" + event.canonical).digest()
    assert event.leaf_hash == leaf_hash(event.canonical)


@pytest.mark.usefixtures("app")
def test_free_text_enters_only_as_a_salted_commitment() -> None:
    event = _amended()
    assert "préfecture".encode() not in event.canonical
    kept = db.session.scalars(select(JournalText)).one()
    assert kept.salt is not None
    assert kept.text is not None
    committed = "sha256:" + sha256(kept.salt + kept.text.encode()).hexdigest()
    assert json.loads(event.canonical)["fields"]["reason"] == committed


@pytest.mark.usefixtures("app")
def test_the_actor_is_named_by_a_keyed_hash_that_differs_from_event_to_event() -> None:
    event = _amended()
    key = db.session.scalar(
        text(
            "SELECT journal_key FROM person WHERE full_name = 'Dominique administrator' "
            "ORDER BY created_at DESC LIMIT 1"
        )
    )
    expected = hmac.new(bytes(key), event.id.bytes, sha256).hexdigest()
    assert json.loads(event.canonical)["actor"] == expected


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET type = 'Other'",
        "DELETE FROM journal_event",
        "TRUNCATE journal_event CASCADE",
    ],
)
@pytest.mark.parametrize("role", ["SQLALCHEMY_DATABASE_URI", "DATABASE_OWNER_URL"])
def test_neither_the_application_nor_the_owner_can_change_it(app, statement, role) -> None:  # type: ignore[no-untyped-def]
    _amended()
    db.session.rollback()
    engine = create_engine(app.config[role])
    with engine.connect() as connection, pytest.raises(ProgrammingError, match=r"refused|denied"):
        connection.execute(text(statement))
    engine.dispose()
    assert db.session.scalar(select(func.count()).select_from(JournalEvent))


@pytest.mark.usefixtures("app")
def test_versions_of_a_subject_follow_one_another() -> None:
    consultation = factories.consultation()
    versions = db.session.scalars(
        select(JournalEvent.subject_version)
        .where(JournalEvent.subject_id == consultation.id)
        .order_by(JournalEvent.subject_version)
    ).all()
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) > 1
