"""A crowd before a close: anonymous readers, and people who each may commit a commune."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextvars import Context as Surroundings
from itertools import count, product
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from app import clock
from app.authority.memberships.models import Capacity, Membership
from app.db import db, transaction
from app.gate.actors import NOBODY, Context, Level, TerritoryKind
from app.identity.models import Person, Profile
from app.identity.operations import open_session
from app.seeds.demonstration import SLUG
from app.territories.models import Territory
from benchmarks.http import Request, request
from voting.supports.models import Support

HOST = "localhost"
BASE = f"/consultations/{SLUG}"
# Behind the proxy of `deploy/`, with as many networks as there are readers.
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def reads(numbers: Sequence[int]) -> Iterator[Request]:
    """Lists and proposals in turn, endlessly, each asked from a network of its own."""
    for turn in count():
        path = f"{BASE}/propositions"
        if turn % 2:
            path += f"/{numbers[turn // 2 % len(numbers)]}"
        network = f"10.{turn // 65025 % 255}.{turn // 255 % 255}.{turn % 255}"
        yield request("GET", path, {**HEADERS, "X-Forwarded-For": network})


def supports(site: Flask, people: int, numbers: Sequence[int]) -> Iterator[Request]:
    """A new support each: `people` communes that support nothing yet, each proposal in turn."""
    signed = [_signed_in(site, commune, turn) for turn, commune in enumerate(_communes(people))]
    for number, (headers, body) in product(numbers, signed):
        yield request("POST", f"{BASE}/propositions/{number}/soutien", headers, body)


def _communes(people: int) -> Sequence[Territory]:
    supporting = select(Support.id).where(Support.territory_id == Territory.id).exists()
    return db.session.scalars(
        select(Territory)
        .where(Territory.kind == TerritoryKind.COMMUNE, ~supporting)
        .order_by(Territory.code)
        .limit(people)
    ).all()


def _signed_in(site: Flask, commune: Territory, turn: int) -> tuple[dict[str, str], bytes]:
    """The headers and the form of someone who opened a proposal, and may commit a commune."""
    now = clock.now()
    with transaction():
        person = Person(
            email=f"foule{turn}@exemple.fr",
            full_name="Camille Foule",
            profile=Profile.AGENT,
            function="secrétaire de mairie",
            organisation="",
            created_at=now,
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(
            Membership(
                person_id=person.id,
                territory_id=commune.id,
                capacity=Capacity.AGENT,
                level=int(Level.MAY_COMMIT),
                requested_at=now,
                given_at=now,
                evidence="bench",
            )
        )
        _, token = open_session(person, ctx=Context(NOBODY, now))
    browser = site.test_client()
    home = {"base_url": f"https://{HOST}"}
    with browser.session_transaction(**home) as cookie:
        cookie["_user_id"] = token
    # As from elsewhere: within this application's context, what is kept in `g` would be shared.
    page = Surroundings().run(browser.get, f"{BASE}/propositions/1", **home)
    found = _TOKEN.search(page.get_data(as_text=True))
    assert found, "a form to support"
    cookie_name = site.config["SESSION_COOKIE_NAME"]
    session = browser.get_cookie(cookie_name, domain=HOST)
    assert session
    headers = {
        **HEADERS,
        "X-Forwarded-For": f"10.250.{turn // 250}.{turn % 250}",
        "Referer": f"https://{HOST}/",
        "Cookie": f"{cookie_name}={session.value}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = {"csrf_token": found[1], "territory": str(commune.id)}
    return headers, urlencode(form).encode()
