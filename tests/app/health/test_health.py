"""Whoever watches over the platform learns whether it serves, and when to look at it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db, transaction
from app.embedded import Services, create_database, drop_database
from app.health.rules import LATE_MAIL, Health, Measured, health_of
from app.jobs import recurring
from app.notifications.models import Outbox
from app.schedule import tick
from config import Production
from tests.app.test_web_security import VARIABLES
from tests.support.applications import closed_port, dedicated
from tests.support.identity_providers import HOST
from tests.support.sign_in import ask
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

NOW = clock.now()
RECENT = {"sweep": (30, NOW - timedelta(seconds=40))}


@pytest.mark.parametrize(
    ("measured", "health"),
    [
        (Measured(True, RECENT, None, NOW), Health.READY),
        (Measured(True, RECENT, NOW - LATE_MAIL, NOW), Health.READY),
        (Measured(True, RECENT, NOW - LATE_MAIL - timedelta(seconds=1), NOW), Health.DEGRADED),
        (Measured(True, None, None, NOW), Health.DEGRADED),
        (Measured(True, {"sweep": (30, None)}, None, NOW), Health.DEGRADED),
        (Measured(True, {"sweep": (30, NOW - timedelta(seconds=91))}, None, NOW), Health.DEGRADED),
        (Measured(False, RECENT, None, NOW), Health.UNAVAILABLE),
        (Measured(None, None, None, NOW), Health.UNAVAILABLE),
    ],
)
def test_health_is_one_word(measured: Measured, health: Health) -> None:
    assert health_of(measured) is health


def test_being_alive_asks_no_store(app: Flask) -> None:
    with statements() as sent:
        answer = app.test_client().get("/sante")
    assert (answer.status_code, answer.text, len(sent)) == (200, "ok\n", 0)


def test_a_platform_whose_scheduler_ticks_is_ready(app: Flask) -> None:
    tick()
    answer = app.test_client().get("/sante/pret")
    assert answer.status_code == 200
    said = answer.get_json()
    assert said.pop("seconds_since_last_tick") < 5
    assert said == {
        "status": "ready",
        "database": True,
        "queue": True,
        "scheduler": None,
        "jobs_waiting": len(recurring()),
        "oldest_mail_seconds": None,
    }


def test_a_mail_that_waits_is_said(app: Flask) -> None:
    tick()
    ask(Visitor(app))
    with transaction():
        for waiting in db.session.query(Outbox):
            waiting.next_attempt_at = clock.now() - timedelta(hours=1)
    said = app.test_client().get("/sante/pret").get_json()
    assert said["status"] == "degraded"
    assert 3599 <= said["oldest_mail_seconds"] <= 3700


def test_without_its_queue_it_serves_and_it_is_said(app: Flask, services: Services) -> None:
    with dedicated(services, environ={"REDIS_URL": f"redis://{HOST}:{closed_port()}/0"}) as lost:
        answer = lost.test_client().get("/sante/pret")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")


def test_without_its_database_it_is_alive_and_not_ready(services: Services) -> None:
    nowhere = f"postgresql+psycopg://nobody@{HOST}:{closed_port()}/nothing"
    with dedicated(services, environ={"DATABASE_URL": nowhere}) as lost:
        someone = lost.test_client()
        assert someone.get("/sante").status_code == 200
        answer = someone.get("/sante/pret")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "30"


def test_without_its_tables_it_is_not_ready(services: Services) -> None:
    bare = create_database(services, "bare")
    try:
        with dedicated(bare) as app:
            answer = app.test_client().get("/sante/pret")
    finally:
        drop_database(services, "bare")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unavailable")


def test_robots_read_what_is_not_for_them(app: Flask) -> None:
    lines = app.test_client().get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /moderation" in lines


def test_whoever_finds_a_weakness_learns_whom_to_tell(app: Flask, services: Services) -> None:
    assert app.test_client().get("/.well-known/security.txt").status_code == 404
    with dedicated(services, environ={"SECURITY_CONTACT": "securite@exemple.fr"}) as contacted:
        text = contacted.test_client().get("/.well-known/security.txt").text
    assert "Contact: mailto:securite@exemple.fr" in text
    [expires] = [line for line in text.splitlines() if line.startswith("Expires: ")]
    assert expires > f"Expires: {clock.now():%Y-%m-%d}"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("coconstruire.exemple.fr", 200),
        ("coconstruire.exemple.fr:443", 200),
        ("127.0.0.1:8000", 200),
        ("pirate.exemple.org", 400),
        ("coconstruire.exemple.fr.pirate.org", 400),
        ("", 400),
    ],
)
def test_another_name_than_the_sites_is_refused(services: Services, host: str, status: int) -> None:
    with dedicated(services, environment=Production, environ=VARIABLES) as app:
        for path in ("/sante", "/accessibilite"):
            answer = app.test_client().get(path, headers={"Host": host})
            assert answer.status_code == status, path
            assert "pirate" not in answer.text
            assert "Content-Security-Policy" in answer.headers
