"""Too many requests in little time are refused, per account, or per address signed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.typing import ResponseReturnValue
from flask_mailman import EmailMessage

from app.embedded import Services
from app.jobs import connection
from app.web import limiter, public
from tests.authority.scene import token_of
from tests.support import factories
from tests.support.applications import closed_port, dedicated
from tests.support.sign_in import ask, confirm, received_link
from tests.support.strict_browser import Page, Visitor


@public
@limiter.limit("2 per hour")
def twice() -> ResponseReturnValue:
    return Response("here you are", mimetype="text/plain")


@pytest.fixture
def limited(app: Flask, services: Services) -> Iterator[Flask]:
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        limiting.add_url_rule("/essai", view_func=twice)
        yield limiting


def _twice_then_refused(someone: Visitor) -> Page:
    for _ in range(2):
        someone.get("/essai")
    return someone.get("/essai", status=429)


def test_too_many_requests_get_a_page_that_says_to_wait(limited: Flask) -> None:
    page = _twice_then_refused(Visitor(limited))
    page.check()
    assert "Patientez une minute" in page.main
    assert 0 < int(page.response.headers["Retry-After"]) <= 3600
    assert page.response.headers["X-Frame-Options"] == "DENY"


def test_a_program_is_answered_in_its_own_terms(limited: Flask) -> None:
    someone = Visitor(limited)
    _twice_then_refused(someone)
    answer = someone.ask("GET", "/essai", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["status"]) == (429, 429)
    assert "Retry-After" in answer.headers


def test_people_behind_one_address_are_limited_each_for_themself(limited: Flask) -> None:
    _twice_then_refused(Visitor(limited))
    colleague = factories.person()
    _twice_then_refused(Visitor(limited).sign_in(colleague))
    _twice_then_refused(Visitor(limited).sign_in(factories.person()))
    Visitor(limited).sign_in(colleague).get("/essai", status=429)


def test_a_browser_someone_signed_in_with_counts_apart_from_its_network(
    limited: Flask, sent: list[EmailMessage]
) -> None:
    """Seen red: when every browser signed out was counted with its network."""
    mayor = Visitor(limited)
    ask(mayor)
    confirm(mayor, received_link(sent)).form(button="Se déconnecter").send()
    _twice_then_refused(Visitor(limited))
    _twice_then_refused(mayor)


def test_what_is_counted_reveals_no_session(limited: Flask) -> None:
    person = factories.person()
    someone = Visitor(limited).sign_in(person)
    with someone.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    someone.get("/essai")
    keys = b"\n".join(connection().scan_iter()).decode()
    assert str(person.id) in keys
    assert token not in keys


def test_asking_for_links_is_limited(limited: Flask) -> None:
    form = Visitor(limited).get("/connexion").form(button="Recevoir")
    for _ in range(5):
        form.send(email="maire@exemple.fr")
    form.send(email="maire@exemple.fr", status=429)


HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
NETWORK, NEXT_DOOR = "2001:db8:1:2", "2001:db8:1:3::1"


def _asks(app: Flask, place: str) -> int:
    """Ask for a link for the same mailbox, from a place; what is answered."""
    someone, environ = Visitor(app), {"REMOTE_ADDR": place}
    form = Page(someone, someone.ask("GET", "/connexion", environ_base=environ)).form(
        button="Recevoir"
    )
    data = {**form.fields, "email": "maire@exemple.fr"}
    return someone.ask("POST", "/connexion", data=data, environ_base=environ).status_code


def test_nobody_locks_another_out_of_sign_in(limited: Flask) -> None:
    """Seen red: when the mailbox’s own limit counted what that of the place refuses."""
    answers = [_asks(limited, HERE) for _ in range(30)]
    assert answers == [303] * 5 + [429] * 25
    assert _asks(limited, ELSEWHERE) == 303


def test_addresses_of_one_network_are_one_place(limited: Flask) -> None:
    answers = [_asks(limited, f"{NETWORK}::{rank:x}") for rank in range(1, 9)]
    assert answers == [303] * 5 + [429] * 3
    assert _asks(limited, NEXT_DOOR) == 303
    # Those of version 4 written in version 6 are not all of one network.
    assert [_asks(limited, f"::ffff:203.0.113.{rank}") for rank in range(1, 8)] == [303] * 7


@pytest.mark.parametrize("end", ["", "/fin"])
def test_town_halls_behind_one_address_contest_each_by_its_link(limited: Flask, end: str) -> None:
    """Seen red: when their common address was counted."""
    someone = Visitor(limited)
    sent = {"csrf_token": token_of(someone)}

    def contests(link: str) -> int:
        path = f"/rattachements/contester/{link * 64}{end}"
        return someone.ask("POST", path, data=sent).status_code

    first, other = [contests("a") for _ in range(31)], contests("b")
    assert (first.count(429), first[-1]) == (1, 429)
    assert other == first[0] != 429
    keys = b"\n".join(connection().scan_iter()).decode()
    assert "a" * 64 not in keys


def test_a_mailbox_is_not_flooded_from_everywhere(limited: Flask) -> None:
    answers = [_asks(limited, f"203.0.113.{rank}") for rank in range(17)]
    assert answers == [303] * 15 + [429] * 2


def test_without_its_store_limits_fall_back_to_memory(app: Flask, services: Services) -> None:
    nowhere = f"redis://127.0.0.1:{closed_port()}/0"
    environ = {"REDIS_URL": nowhere}
    with dedicated(services, environ=environ, RATELIMIT_ENABLED=True) as limiting:
        limiting.add_url_rule("/essai", view_func=twice)
        _twice_then_refused(Visitor(limiting))
        Visitor(limiting).get("/")


def test_only_a_refusal_says_when_to_come_back(limited: Flask) -> None:
    """Seen red: each answer said so, and a program that obeys would have waited a minute."""
    someone = Visitor(limited)
    answers = [someone.client.get("/essai") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert ["Retry-After" in answer.headers for answer in answers] == [False, False, True]
