"""An e-mail is a row written with the change it is about, delivered once, wiped, tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from rq import Queue
from sqlalchemy import create_engine, func, select, update

from app import clock
from app.authority.memberships.grants.messages import MembershipAnswered
from app.db import db, transaction
from app.embedded import Services
from app.jobs import QUEUE, connection
from app.notifications.jobs import RETRY_DELAYS, deliver_one, sweep
from app.notifications.models import Outbox
from app.notifications.operations import send
from tests.support.applications import closed_port, dedicated
from tests.support.by_hand import by_hand
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")

TO = "maire@exemple.fr"


def _answer(territory: str = "Lannion (22) — commune") -> MembershipAnswered:
    return MembershipAnswered(territory=territory, granted=True, may_commit=True, reason="")


def _sent_one(to: str = TO) -> Outbox:
    with transaction():
        return send(_answer(), to=to)


def _rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Outbox)) or 0


def _waiting() -> int:
    return len(Queue(QUEUE, connection=connection()))


def test_the_email_is_given_up_with_the_change_it_is_about(sent: list[EmailMessage]) -> None:
    def give_up() -> None:
        with transaction():
            send(_answer(), to=TO)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert (_rows(), _waiting()) == (0, 0)
    work()
    sweep()
    assert sent == []


def test_nothing_leaves_before_the_commit(sent: list[EmailMessage]) -> None:
    with transaction():
        send(_answer(), to=TO)
        assert _waiting() == 0
    assert _waiting() == 1
    assert sent == []


def test_the_job_delivers_and_wipes_the_row(sent: list[EmailMessage]) -> None:
    row = _sent_one()
    assert row.address == TO
    work()
    assert [message.to for message in sent] == [[TO]]
    assert sent[0].subject == "Votre rattachement est accordé : Lannion (22) — commune"
    assert "Lannion (22) — commune" in sent[0].body
    kept: tuple[object, ...] = (row.address, row.facts, row.attempts)
    assert kept == (None, None, 1)
    assert row.sent_at is not None
    assert row.closed_at == row.sent_at


def test_what_is_delivered_is_delivered_once(sent: list[EmailMessage]) -> None:
    row = _sent_one()
    work()
    deliver_one(str(row.id))
    sweep()
    assert len(sent) == 1


def test_a_row_another_worker_locked_is_left_to_it(app: Flask, sent: list[EmailMessage]) -> None:
    row = _sent_one()
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as other:
        other.execute(select(Outbox.id).where(Outbox.id == row.id).with_for_update())
        deliver_one(str(row.id))
        assert sent == []
    engine.dispose()
    deliver_one(str(row.id))
    assert len(sent) == 1


def test_an_unknown_row_is_no_error(sent: list[EmailMessage]) -> None:
    deliver_one(str(uuid4()))
    assert sent == []


def test_the_sweep_finds_what_the_queue_lost(sent: list[EmailMessage]) -> None:
    rows = [_sent_one(f"personne{number}@exemple.fr") for number in range(3)]
    connection().flushdb()
    work()
    assert sent == []
    sweep()
    assert sorted(message.to[0] for message in sent) == [
        f"personne{number}@exemple.fr" for number in range(3)
    ]
    assert all(row.closed_at is not None for row in rows)


@pytest.mark.parametrize(
    "broken",
    [
        {"message": "Unknown"},
        {"facts": {"no": "such fact"}},
        {"address": "maire@exemple.fr\r\nBcc: pirate@exemple.org"},
    ],
    ids=["message", "facts", "address"],
)
def test_an_email_that_cannot_be_written_stops_no_other(
    sent: list[EmailMessage], broken: dict[str, object]
) -> None:
    with clock.at(clock.now() - timedelta(minutes=1)):
        bad = _sent_one()
    good = _sent_one()
    by_hand(update(Outbox).where(Outbox.id == bad.id).values(broken))
    sweep()
    assert [message.to for message in sent] == [[TO]]
    assert good.closed_at is not None
    assert bad.closed_at is None
    assert (bad.attempts, bool(bad.last_error)) == (1, True)


def test_a_failure_is_tried_again_later_and_later_then_given_up(services: Services) -> None:
    start = datetime(2021, 3, 1, 8, tzinfo=UTC)
    server = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(closed_port()), "MAIL_USE_TLS": "no"}
    with clock.at(start):
        row = _sent_one()
    instants = []
    with dedicated(services, environ=server, MAIL_BACKEND="smtp") as app:
        for _ in range(20):
            db.session.refresh(row)
            if row.closed_at is not None:
                break
            instants.append(row.next_attempt_at)
            with app.app_context():
                with clock.at(row.next_attempt_at - timedelta(seconds=1)):
                    sweep()
                with clock.at(row.next_attempt_at):
                    sweep()
            db.session.rollback()
    delays = [after - before for before, after in pairwise(instants)]
    assert delays == list(RETRY_DELAYS)
    assert delays == sorted(delays)
    assert delays[0] <= timedelta(minutes=1)
    assert sum(delays, timedelta()) > timedelta(days=2)
    assert (row.attempts, row.sent_at) == (len(RETRY_DELAYS) + 1, None)
    assert (row.address, row.facts) == (None, None)
    assert "ConnectionRefusedError" in (row.last_error or "")


def test_what_failed_leaves_once_the_server_is_back(
    services: Services, sent: list[EmailMessage]
) -> None:
    server = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(closed_port()), "MAIL_USE_TLS": "no"}
    row = _sent_one()
    with dedicated(services, environ=server, MAIL_BACKEND="smtp") as app, app.app_context():
        sweep()
    db.session.refresh(row)
    assert (row.attempts, row.closed_at) == (1, None)
    sweep()
    assert sent == []
    with clock.at(clock.now() + RETRY_DELAYS[0]):
        sweep()
    assert len(sent) == 1
