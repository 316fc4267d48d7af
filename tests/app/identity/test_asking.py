"""Whoever asks for a link is answered the same, and nobody floods nor locks anybody out."""

from __future__ import annotations

import re

from flask import Flask

from app.notifications.models import Outbox
from tests.support import factories
from tests.support.sign_in import EMAIL, ask, came_from, count
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

TOWN_HALL, ELSEWHERE = "203.0.113.7", "198.51.100.9"
COLLEAGUES = 30


def _asked(visitor: Visitor, email: str) -> list[str]:
    """What the database is asked, parameters aside, when someone asks for a link."""
    form = visitor.get("/connexion").form(button="Recevoir")
    with statements() as sent:
        visitor.ask("POST", form.action, data={**form.fields, "email": email})
    return sent


def test_known_or_not_the_work_and_the_answer_are_the_same(app: Flask) -> None:
    """Seen red: with a message sent to known addresses only."""
    factories.person(email=EMAIL)
    answers, asked = [], []
    for email in (EMAIL, "inconnu@exemple.fr"):
        someone = Visitor(app)
        asked.append(_asked(someone, email))
        page = someone.get("/connexion/envoyee").response.get_data(as_text=True)
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(email, "")
        answers.append(page)
    assert asked[0] == asked[1]
    assert len(asked[0]) == 2, "the link, the e-mail"
    assert answers[0] == answers[1]


def test_a_town_hall_behind_one_address_is_not_locked_out(limited: Flask) -> None:
    for number in range(COLLEAGUES):
        page = ask(came_from(limited, TOWN_HALL), f"agent{number}@exemple.fr")
        assert page.heading == "Consultez votre messagerie"
    assert count(Outbox) == COLLEAGUES


def test_who_floods_a_mailbox_is_stopped_and_its_owner_is_not(limited: Flask) -> None:
    for _ in range(5):
        ask(came_from(limited, ELSEWHERE))
    form = came_from(limited, ELSEWHERE).get("/connexion").form(button="Recevoir")
    refused = form.send(email=EMAIL.upper(), status=429)
    assert "Patientez" in refused.main
    assert ask(came_from(limited, TOWN_HALL)).heading == "Consultez votre messagerie"
    assert count(Outbox) == 6


def test_a_mailbox_is_not_flooded_from_everywhere_either(limited: Flask) -> None:
    for number in range(15):
        ask(came_from(limited, f"192.0.2.{number}"))
    form = came_from(limited, TOWN_HALL).get("/connexion").form(button="Recevoir")
    form.send(email=EMAIL, status=429)
    assert count(Outbox) == 15
