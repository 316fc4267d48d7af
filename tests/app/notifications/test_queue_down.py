"""With Valkey down, pages answer, and what waited leaves with the sweep."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.authority.memberships.grants.messages import MembershipAnswered
from app.db import db, transaction
from app.embedded import Services
from app.notifications.jobs import sweep
from app.notifications.operations import send
from tests.support.applications import closed_port, dedicated
from tests.support.strict_browser import Visitor

# A page one waits for longer seems broken.
PATIENCE = 4.0


@pytest.fixture(params=["closed", "silent"])
def unplugged(app: Flask, services: Services, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application, limits included, where the queue's server is closed, or never answers."""
    with socket.socket() as server:
        port = closed_port()
        if request.param == "silent":
            server.bind(("127.0.0.1", 0))
            server.listen()
            port = server.getsockname()[1]
        redis = {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        with dedicated(services, environ=redis, RATELIMIT_ENABLED=True) as application:
            yield application


def test_a_page_answers_and_the_email_leaves_later(
    unplugged: Flask, sent: list[EmailMessage]
) -> None:
    started = time.monotonic()
    page = Visitor(unplugged).get("/connexion")
    page = page.form(button="Recevoir").send(email="maire@exemple.fr")
    took = time.monotonic() - started
    assert page.heading == "Consultez votre messagerie"
    assert took < PATIENCE, f"{took:.1f} s"
    assert sent == []
    sweep()
    assert [message.to for message in sent] == [["maire@exemple.fr"]]


def test_an_act_is_durable_without_the_queue(unplugged: Flask, sent: list[EmailMessage]) -> None:
    message = MembershipAnswered(territory="Lannion", granted=False, may_commit=False, reason="-")
    started = time.monotonic()
    with unplugged.app_context(), transaction():
        for number in range(3):
            send(message, to=f"personne{number}@exemple.fr")
    assert time.monotonic() - started < PATIENCE
    db.session.rollback()
    sweep()
    assert len(sent) == 3
