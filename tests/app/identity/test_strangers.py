"""Whatever strangers ask for an address, whoever reads its mailbox comes in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.db import db
from app.embedded import Services
from app.identity import allowances
from app.identity.allowances import spend
from app.identity.models import Person
from app.identity.rules import CODE_TRIES, TooManyLinks
from app.notifications.jobs import sweep
from app.notifications.models import Outbox
from tests.support import factories
from tests.support.applications import dedicated
from tests.support.sign_in import (
    EMAIL,
    ask,
    came_from,
    confirm,
    count,
    is_signed_in,
    received_code,
    received_link,
    type_code,
)
from tests.support.sql_counter import statements
from tests.support.strict_browser import Form, Visitor

PLACES = ("203.0.113.7", "198.51.100.9", "192.0.2.11")
TOWN_HALL = "192.0.2.200"
COOKIE = "coconstruire-connu"
CODE_OF_NOBODY = "AAAA-AAAA"


def _flood(app: Flask, email: str = EMAIL) -> None:
    """Fifteen requests from three networks: no other stranger's is sent for ten minutes."""
    for rank in range(15):
        place = {"REMOTE_ADDR": PLACES[rank % 3]}
        with app.test_request_context("/connexion", environ_base=place), suppress(TooManyLinks):
            spend(email)


def _flood_with_messages(app: Flask) -> list[Visitor]:
    """The same, by as many browsers, and all of them sent."""
    strangers = [came_from(app, place) for place in PLACES for _ in range(5)]
    for stranger in strangers:
        form = _form(stranger)
        stranger.ask("POST", form.action, data={**form.fields, "email": EMAIL})
    return strangers


def _form(someone: Visitor) -> Form:
    return someone.get("/connexion").form(button="Recevoir")


def _received(sent: list[EmailMessage], what: Callable[[list[EmailMessage]], str]) -> str:
    """The link or code in the last e-mail, which the sweep delivers when there is no queue."""
    sweep()
    return what(sent)


def _known(app: Flask, sent: list[EmailMessage], *, place: str = TOWN_HALL) -> Visitor:
    """Someone who signed in with their browser by a link, then signed out."""
    someone = came_from(app, place)
    factories.person(email=EMAIL)
    ask(someone)
    confirm(someone, _received(sent, received_link))
    someone.get("/mon-compte").form(button="Se déconnecter").send()
    assert not is_signed_in(someone)
    return someone


def test_a_browser_they_signed_in_with_has_an_allowance_of_its_own(
    limited: Flask, sent: list[EmailMessage]
) -> None:
    """Seen red: when the mailbox's limit was one for everybody."""
    mayor = _known(limited, sent, place=PLACES[0])
    _flood(limited)
    stranger = _form(came_from(limited, TOWN_HALL)).send(email=EMAIL, status=429)
    assert "même si un autre l’a demandé" in stranger.main
    for _ in range(5):
        ask(mayor)
    confirm(mayor, _received(sent, received_link))
    assert is_signed_in(mayor)
    mayor.get("/mon-compte").form(button="Se déconnecter").send()
    _form(mayor).send(email=EMAIL, status=429)


def test_it_is_known_for_its_person_only_and_cannot_be_made_up(
    limited: Flask, sent: list[EmailMessage]
) -> None:
    someone = _known(limited, sent)
    _flood(limited, "adjointe@exemple.fr")
    _form(someone).send(email="adjointe@exemple.fr", status=429)
    _flood(limited)
    cookie = someone.client.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    forger = came_from(limited, TOWN_HALL)
    forger.client.set_cookie(COOKIE, cookie.value[:-3] + "abc")
    _form(forger).send(email=EMAIL, status=429)
    assert EMAIL not in cookie.value
    assert str(db.session.scalars(select(Person.id)).one()) not in cookie.value


@pytest.mark.parametrize("button", ["Déconnecter tous", "l’appareil connecté"])
def test_a_browser_closed_from_elsewhere_is_unknown(
    app: Flask, services: Services, sent: list[EmailMessage], button: str
) -> None:
    """Seen red: with a cookie that nothing voided."""
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        lost, here = came_from(limiting, TOWN_HALL), came_from(limiting, TOWN_HALL)
        factories.person(email=EMAIL)
        for each in (lost, here):
            ask(each)
            confirm(each, received_link(sent))
        here.get("/mon-compte").form(button=button).send()
        here.get("/mon-compte").form(button="Se déconnecter").send()
        _flood(limiting)
        _form(lost).send(email=EMAIL, status=429)
        assert ask(here).heading == "Consultez votre messagerie"


def test_the_link_and_code_they_have_outlive_what_strangers_ask_and_type(
    limited: Flask, sent: list[EmailMessage]
) -> None:
    mayor = came_from(limited, TOWN_HALL)
    ask(mayor)
    form, code = (
        mayor.get("/connexion/envoyee").form(button="avec ce code"),
        _received(sent, received_code),
    )
    for stranger in _flood_with_messages(limited)[:2]:
        for _ in range(CODE_TRIES):
            type_code(stranger, CODE_OF_NOBODY)
        assert "n’est plus valable" in type_code(stranger, code).main
    form.send(code=code)
    assert is_signed_in(mayor)


def test_whoever_reads_a_message_strangers_asked_for_comes_in_by_it(
    limited: Flask, sent: list[EmailMessage]
) -> None:
    """Seen red: it showed a code for the stranger's browser, and led back to what refused."""
    strangers = _flood_with_messages(limited)
    theirs = _received(sent, received_link)
    assert "Vous en recevez plusieurs ?" in " ".join(sent[-1].body.split())
    mayor = came_from(limited, TOWN_HALL)
    _form(mayor).send(email=EMAIL, status=429)
    mayor.get(theirs).form(button="Demander un lien depuis ce navigateur").send()
    assert count(Outbox) == 16
    own = _received(sent, received_link)
    assert strangers[-1].get(own).heading == "Ce lien a été demandé ailleurs"
    confirm(mayor, own)
    assert is_signed_in(mayor)
    assert not any(is_signed_in(stranger) for stranger in strangers)


def test_a_message_of_the_day_is_enough_and_carries_nothing_of_the_stranger(
    app: Flask, services: Services, sent: list[EmailMessage]
) -> None:
    factories.person(email=EMAIL)
    start = clock.now()
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting, clock.at(start):
        ask(came_from(limiting, PLACES[0]), suite="/journal")
        theirs = received_link(sent)
        _flood(limiting)
        mayor = came_from(limiting, TOWN_HALL)
        with clock.at(start + timedelta(hours=23)):
            form = mayor.get(theirs, status=410).form(button="Demander un nouveau lien")
            form.send()
            assert confirm(mayor, received_link(sent)).path == "/"
        with clock.at(start + timedelta(hours=24)):
            late = came_from(limiting, TOWN_HALL)
            assert late.get(theirs, status=410).click("Demander un nouveau").path == "/connexion"
            assert mayor.ask("POST", form.action, data=form.fields).status_code == 400


def test_a_message_in_hand_is_no_way_to_flood(
    app: Flask, services: Services, sent: list[EmailMessage]
) -> None:
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        ask(came_from(limiting, PLACES[0]))
        page = came_from(limiting, TOWN_HALL).get(received_link(sent))
        form = page.form(button="Demander un lien depuis ce navigateur")
        for _ in range(5):
            form.send()
        form.send(status=429)
        assert count(Outbox) == 6


def test_what_sends_nothing_uses_nothing_up(limited: Flask) -> None:
    """Seen red: when requests with a mistake were counted, nothing had been received."""
    for place in PLACES:
        form = _form(came_from(limited, place))
        for _ in range(5):
            form.send(email=f"{EMAIL}@", status=422)
    assert ask(came_from(limited, PLACES[0])).heading == "Consultez votre messagerie"


def test_a_place_that_may_no_longer_ask_uses_up_no_mailbox(
    app: Flask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its refusals send nothing: counted, they would leave a mailbox closed and empty."""

    def refuse() -> None:
        raise TooManyLinks

    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        monkeypatch.setattr(allowances, "_by_network", refuse)
        for place in PLACES:
            with limiting.test_request_context("/connexion", environ_base={"REMOTE_ADDR": place}):
                for _ in range(5):
                    with pytest.raises(TooManyLinks):
                        spend(EMAIL)
        monkeypatch.undo()
        assert ask(came_from(limiting, TOWN_HALL)).heading == "Consultez votre messagerie"


def test_a_departement_behind_one_address_signs_in_and_who_hammers_does_not(
    app: Flask, services: Services, sent: list[EmailMessage]
) -> None:
    """Seen red: two hundred people within minutes, at sixty requests a minute."""
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        mayor = _known(limiting, sent)
        with limiting.test_request_context("/connexion", environ_base={"REMOTE_ADDR": TOWN_HALL}):
            for rank in range(239):
                spend(f"agent{rank}@exemple.fr")
            with pytest.raises(TooManyLinks):
                spend("nobody@exemple.fr")
        _form(came_from(limiting, TOWN_HALL)).send(email="agent1@exemple.fr", status=429)
        assert ask(mayor).heading == "Consultez votre messagerie"


def test_who_hammers_stops_no_neighbour_from_using_what_they_received(
    app: Flask, services: Services, sent: list[EmailMessage]
) -> None:
    """Seen red: when links and codes were counted by the network they came from."""
    with dedicated(services, RATELIMIT_ENABLED=True) as limiting:
        mayor, clerk = came_from(limiting, TOWN_HALL), came_from(limiting, TOWN_HALL)
        ask(mayor)
        link = received_link(sent)
        ask(clerk, "agent@exemple.fr")
        code, neighbour = received_code(sent), came_from(limiting, TOWN_HALL)
        form = _form(neighbour)
        for path in ("/connexion/lien/x", "/connexion/code"):
            answers = [
                neighbour.ask("POST", path, data={**form.fields, "code": "x"}).status_code
                for _ in range(61)
            ]
            assert answers[-1] == 429
        confirm(mayor, link)
        type_code(clerk, code)
        assert is_signed_in(mayor)
        assert is_signed_in(clerk)


def test_knowing_a_browser_asks_nothing_of_the_database(
    app: Flask, sent: list[EmailMessage]
) -> None:
    form = _form(_known(app, sent))
    with statements() as asked:
        form.visitor.ask("POST", form.action, data={**form.fields, "email": EMAIL})
    assert len(asked) == 2, "the link, the e-mail"
