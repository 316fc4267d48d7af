"""Jobs: asked for after the commit, run in a transaction of their own, tried again."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from rq import Queue
from sqlalchemy import func, select

from app import clock, jobs
from app.db import db, transaction
from app.identity.models import Person
from app.jobs import QUEUE, connection, job
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """What a test declares is forgotten after it."""
    kept = dict(jobs._JOBS)
    yield
    jobs._JOBS.clear()
    jobs._JOBS.update(kept)


def _person(email: str) -> None:
    db.session.add(Person(email=email, created_at=clock.now()))
    db.session.flush()


@job()
def welcome(email: str) -> None:
    _person(email)


@job()
def stumble(email: str) -> None:
    _person(email)
    raise ZeroDivisionError


@job()
def invite(email: str) -> None:
    _person(email)
    welcome.enqueue(f"b-{email}")


@pytest.fixture(autouse=True)
def known(declared: None) -> None:
    for one in (welcome, stumble, invite):
        jobs._JOBS[one.name] = one


def _people() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def _email() -> str:
    return f"{uuid4()}@exemple.fr"


def test_a_job_is_asked_for_once_the_transaction_is_durable() -> None:
    with transaction():
        welcome.enqueue(_email())
        work()
        assert _people() == 0
    work()
    assert _people() == 1


def test_a_job_is_not_asked_for_when_the_transaction_is_given_up() -> None:
    def give_up() -> None:
        with transaction():
            welcome.enqueue(_email())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    work()
    assert _people() == 0


def test_a_job_that_fails_writes_nothing_and_is_tried_again_later() -> None:
    with transaction():
        stumble.enqueue(_email())
    work()
    assert _people() == 0
    queue = Queue(QUEUE, connection=connection())
    [again] = queue.scheduled_job_registry.get_job_ids()
    found = queue.fetch_job(again)
    assert found is not None
    assert found.retries_left == 2


def test_what_a_job_asks_for_comes_after_it() -> None:
    with transaction():
        invite.enqueue(_email())
    work()
    assert _people() == 2


def test_a_job_called_directly_commits_by_itself() -> None:
    welcome(_email())
    assert _people() == 1
    with pytest.raises(ZeroDivisionError):
        stumble(_email())
    assert _people() == 1


def test_what_comes_back_by_itself_is_declared_with_its_interval() -> None:
    intervals = {name: one.every for name, one in jobs._JOBS.items() if one.every is not None}
    assert intervals == {
        "app.notifications.jobs.sweep": 30,
        "app.identity.jobs.forget": 3600,
        "app.identity.stepup.jobs.forget_second_factors": 3600,
        "app.authority.rights.acts.jobs.sweep_acts": 30,
        "consultation.contributions.drafts.jobs.remind_of_drafts": 1800,
        "voting.supports.jobs.remind_of_supports": 1800,
    }
