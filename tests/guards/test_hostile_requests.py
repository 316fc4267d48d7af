"""Whatever is sent to whichever address, by whomever: a refusal perhaps, never a failure."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.embedded import Services
from app.seeds import demonstration
from tests.support import moments
from tests.support.crawler import ROLES, person_as
from tests.support.demonstration import demonstrated
from tests.support.hostile_requests import Hostile, addresses, asked, names, posted
from tests.support.strict_browser import Visitor

# Of all the requests to a route, by all the roles; enough for each sort to be sent to some.
SAMPLE = 60 if os.environ.get("PROOFS") == "full" else 2
# They end what the others are tried with, or last.
APART = {"static", "identity.sign_out", "demonstration.replay"}
# What a part of an address names, when a table says it in other words.
TABLES = {
    "membership_id": "membership",
    "mandate_id": "mandate",
    "contest_id": "contest",
    "appointment_id": "appointment",
    "territory_id": "territory",
    "act_id": "act",
    "person_id": "person",
}


@pytest.fixture(scope="module")
def attacked(services: Services) -> Iterator[Flask]:
    with demonstrated(services) as app, app.app_context():
        moments.collect()
        moments.belong()
        moments.mandate()
        db.session.remove()
        # What is hostile comes with its token: nothing is stopped at the door.
        app.config["WTF_CSRF_ENABLED"] = False
        yield app
        db.session.remove()


def _known() -> dict[str, object]:
    known: dict[str, object] = {
        "consultation": demonstration.SLUG,
        "int": 1,
        "uuid": "00000000-0000-4000-8000-000000000000",
        "default": "exemple",
    }
    for part, table in TABLES.items():
        known[part] = db.session.scalar(text(f"SELECT id FROM {table} LIMIT 1")) or known["uuid"]
    db.session.remove()
    return known


def _requests(app: Flask) -> Iterator[list[Hostile]]:
    """All the requests to each route."""
    known, fields = _known(), names()
    assert len(fields) > 60
    for rule in app.url_map.iter_rules():
        if rule.endpoint in APART:
            continue
        requests: list[Hostile] = []
        for path, is_right in addresses(app, rule, known):
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                if not is_right:
                    requests.append(Hostile("part", method, path, {}))
                else:
                    requests += asked(path, fields) if method == "GET" else posted(path, fields)
        yield requests


@pytest.mark.proof
def test_nothing_that_is_sent_makes_the_platform_fail(attacked: Flask) -> None:
    chosen = random.Random(11)
    visitors = {role: Visitor(attacked) for role in ROLES}
    for role, visitor in visitors.items():
        if (person := person_as(role)) is not None:
            visitor.sign_in(person)
    failures: dict[str, str] = {}
    for requests in _requests(attacked):
        tries = [(role, each) for each in requests for role in visitors]
        for role, each in chosen.sample(tries, min(SAMPLE, len(tries))):
            try:
                status = visitors[role].ask(each.method, each.path, **each.sent).status_code
            except Exception as error:
                status = 599
                failures[f"{each.method} {each.path[:80]} ({each.what}) by {role}"] = repr(error)[
                    :200
                ]
            if status >= 500 and status != 599:
                failures[f"{each.method} {each.path[:80]} ({each.what}) by {role}"] = str(status)
    assert failures == {}
