"""What waits for a commit happens after it, and only then."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import InternalError, ProgrammingError

from app import clock
from app import db as database
from app.db import after_commit, db, transaction
from app.identity.models import Person

pytestmark = pytest.mark.usefixtures("app")


class GivenUp(Exception):
    """Something went wrong on the way."""


def _write() -> None:
    db.session.add(Person(email=f"{uuid4()}@exemple.fr", created_at=clock.now()))
    db.session.flush()


def _durable() -> int:
    """The people everyone sees, read from elsewhere."""
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Person)) or 0


def test_an_effect_runs_once_and_finds_the_change_durable() -> None:
    seen: list[int] = []
    with transaction():
        _write()
        after_commit(lambda: seen.append(_durable()))
        assert seen == []
    assert seen == [1]
    with transaction():
        _write()
    assert seen == [1]


def test_an_effect_does_not_run_when_a_savepoint_is_released() -> None:
    seen: list[int] = []
    with transaction():
        with db.session.begin_nested():
            _write()
            after_commit(lambda: seen.append(_durable()))
        with db.session.begin_nested():
            _write()
        assert seen == []
    assert seen == [2]


def _write_and_note(seen: list[str]) -> None:
    with transaction():
        _write()
        after_commit(lambda: seen.append("committed"))


def test_an_effect_is_forgotten_with_the_change_it_waited_for() -> None:
    seen: list[str] = []

    def give_up() -> None:
        with transaction():
            _write()
            after_commit(lambda: seen.append("committed"))
            raise GivenUp

    with pytest.raises(GivenUp):
        give_up()
    with transaction():
        _write()
    assert (seen, _durable()) == ([], 1)


def test_an_effect_is_forgotten_when_the_commit_itself_fails() -> None:
    seen: list[str] = []

    def fail(_session: object) -> None:
        raise GivenUp

    event.listen(db.session(), "before_commit", fail, once=True)
    with pytest.raises(GivenUp):
        _write_and_note(seen)
    with transaction():
        pass
    assert (seen, _durable()) == ([], 0)


def test_a_failing_effect_neither_reaches_the_person_nor_stops_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise RuntimeError

    with transaction():
        _write()
        after_commit(fail)
        after_commit(lambda: seen.append("next"))
    assert seen == ["next"]
    assert _durable() == 1
    assert "an effect after commit failed" in caplog.text


def test_a_quiet_transaction_runs_no_effect_then_or_later() -> None:
    seen: list[str] = []
    with transaction(quietly=True):
        _write()
        after_commit(lambda: seen.append("committed"))
    with transaction():
        pass
    assert seen == []
    assert _durable() == 1


def test_what_only_reads_may_not_write_until_it_ends() -> None:
    database.read_only()
    with pytest.raises(InternalError, match="read-only"):
        _write()
    database.rollback()
    with transaction():
        _write()
    assert _durable() == 1


@pytest.mark.parametrize(
    ("taken", "asked", "given"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_a_shared_lock_is_taken_by_many_and_an_exclusive_one_alone(
    taken: bool, asked: bool, given: bool
) -> None:
    key = uuid4()
    database.advisory_lock(key, shared=taken)
    function = "pg_try_advisory_xact_lock" + ("_shared" if asked else "")
    ask = text(f"SELECT {function}(:key)")
    number = {"key": int.from_bytes(key.bytes[:8], signed=True)}
    with db.engine.connect() as other:
        assert other.scalar(ask, number) is given
        other.rollback()
        db.session.rollback()
        assert other.scalar(ask, number) is True


def test_only_the_owner_may_empty_a_table() -> None:
    with transaction():
        _write()
    with pytest.raises(ProgrammingError, match="denied"):
        db.session.execute(text("TRUNCATE person CASCADE"))
    db.session.rollback()
    with database.as_owner() as session:
        session.execute(text("DELETE FROM person"))
    assert _durable() == 0
