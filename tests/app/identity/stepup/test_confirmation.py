"""Confirming that it is them: on one browser, for a time, with a code that serves once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.embedded import Services
from app.identity.models import Person, Session
from app.identity.stepup.models import RecoveryCode, WrongCode
from app.identity.stepup.operations import renew_recovery_codes
from funding.schemes.models import Scheme
from tests.support import factories
from tests.support.applications import closed_port, dedicated
from tests.support.authenticators import CONFIRMATION, OVERVIEW, code_of, equipped, wrong_code
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
PAGE = "/moderation/rattachements?de=tous"
HEADING = "Rattachements à confirmer"
ASKED = "Confirmer que c’est bien vous"
WRONG = "Ce code n’est pas le bon, ou il a déjà servi."
WRONG_SPARE = "Ce code de secours n’est pas le bon, ou il a déjà servi."
INSTANT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def moderator() -> Person:
    return equipped(factories.moderator())


@pytest.fixture
def someone(visitor: Visitor, moderator: Person) -> Visitor:
    """A moderator signed in, who has not confirmed."""
    return visitor.sign_in(moderator, stepped_up=False)


def _type(page: Page, code: str, **expected: int) -> Page:
    return page.form(button="Confirmer").send(code=code, **expected)


def _wrong(someone: Visitor, times: int) -> Page:
    page = someone.get(CONFIRMATION)
    for _ in range(times):
        page = _type(page, wrong_code())
    return page


def _recovery_codes(person: Person) -> list[str]:
    with transaction():
        return renew_recovery_codes(person, ctx=factories.acting(person))


def _recover(someone: Visitor, code: str, **expected: int) -> Page:
    form = someone.get(CONFIRMATION).form(button="Confirmer avec ce code de secours")
    return form.send(recovery=code, **expected)


def test_a_page_of_staff_leads_to_the_confirmation_and_back(someone: Visitor) -> None:
    page = someone.get(PAGE)
    assert page.heading == ASKED
    back = _type(page, code_of())
    assert (back.heading, back.path) == (HEADING, PAGE)


@pytest.mark.parametrize("typed", ["{0}{1}{2} {3}{4}{5}", " {0}{1}{2}-{3}{4}{5} "])
def test_a_code_may_be_typed_in_groups(someone: Visitor, typed: str) -> None:
    assert _type(someone.get(PAGE), typed.format(*code_of())).heading == HEADING


@pytest.mark.parametrize(
    "target", ["https://ailleurs.example/", "//ailleurs.example", "\\ailleurs"]
)
def test_it_leads_nowhere_else(someone: Visitor, target: str) -> None:
    page = someone.get(CONFIRMATION, query={"suite": target})
    assert _type(page, code_of()).heading == "Double authentification"


def test_it_is_current_until_its_instant(someone: Visitor) -> None:
    _type(someone.get(PAGE), code_of())
    with clock.at(NOON + timedelta(hours=8) - INSTANT):
        assert someone.get(PAGE).heading == HEADING
    with clock.at(NOON + timedelta(hours=8)):
        assert someone.get(PAGE).heading == ASKED


def test_its_length_is_a_setting(app: Flask, services: Services, moderator: Person) -> None:
    with dedicated(services, environ={"STEP_UP_HOURS": "1"}) as short:
        brief = Visitor(short).sign_in(moderator)
        with clock.at(NOON + timedelta(hours=1) - INSTANT):
            assert brief.get(PAGE).heading == HEADING
        with clock.at(NOON + timedelta(hours=1)):
            page = brief.get(PAGE)
    assert "La confirmation vaut une heure" in page.main


def test_it_is_current_on_this_browser_only(
    app: Flask, someone: Visitor, moderator: Person
) -> None:
    other = Visitor(app).sign_in(moderator, stepped_up=False)
    _type(someone.get(PAGE), code_of())
    assert other.get(PAGE).heading == ASKED


def test_the_session_gets_a_new_token_and_the_former_opens_nothing(
    app: Flask, someone: Visitor
) -> None:
    with someone.client.session_transaction() as cookie:
        before = dict(cookie)
    page = someone.get(PAGE)
    _type(page, code_of())
    thief = Visitor(app)
    with thief.client.session_transaction() as stolen:
        stolen.update(before)
    assert thief.get("/mon-compte").heading == "Se connecter"
    assert someone.get("/mon-compte").heading == "Mon compte"
    assert db.session.scalar(select(func.count()).select_from(Session)) == 1


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_serves_once(app: Flask, someone: Visitor, moderator: Person, steps: int) -> None:
    _type(someone.get(PAGE), code_of(steps=steps))
    other = Visitor(app).sign_in(moderator, stepped_up=False)
    replayed = _type(other.get(PAGE), code_of(steps=steps))
    wrong = _type(other.get(PAGE), wrong_code())
    assert replayed.heading == wrong.heading == ASKED
    assert WRONG in replayed.main
    assert replayed.main == wrong.main


def test_a_code_older_than_the_last_one_taken_no_longer_serves(
    app: Flask, someone: Visitor, moderator: Person
) -> None:
    _type(someone.get(PAGE), code_of(steps=1))
    other = Visitor(app).sign_in(moderator, stepped_up=False)
    assert WRONG in _type(other.get(PAGE), code_of()).main
    with clock.at(NOON + timedelta(seconds=60)):
        assert _type(other.get(PAGE), code_of()).heading == HEADING


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_away_is_wrong(someone: Visitor, steps: int) -> None:
    page = _type(someone.get(PAGE), code_of(steps=steps))
    assert WRONG in page.main
    assert page.soup.select("[aria-invalid=true]")
    # Shown once, and where one was going is not forgotten.
    assert _type(someone.get(page.path), code_of()).heading == HEADING


@pytest.mark.parametrize("typed", ["", "12345", "code"])
def test_what_is_no_code_is_refused_and_not_counted(someone: Visitor, typed: str) -> None:
    page = _type(someone.get(PAGE), typed, status=422)
    assert page.soup.select("[aria-invalid=true]")
    assert db.session.scalar(select(func.count()).select_from(WrongCode)) == 0


def test_after_five_wrong_codes_even_the_right_one_waits(
    app: Flask, someone: Visitor, moderator: Person, sent: list[EmailMessage]
) -> None:
    page = _wrong(someone, 5)
    other = Visitor(app).sign_in(moderator, stepped_up=False)
    code = _recovery_codes(moderator)[0]
    for browser in (someone, other):
        page = _type(browser.get(PAGE), code_of(), status=409)
        assert "Trop de codes faux" in page.main
    assert "Trop de codes faux" in _recover(someone, code, status=409).main
    with clock.at(NOON + timedelta(minutes=10) - INSTANT):
        _type(someone.get(PAGE), code_of(), status=409)
    with clock.at(NOON + timedelta(minutes=10)):
        assert _type(someone.get(PAGE), code_of()).heading == HEADING
    work()
    guessed = [m for m in sent if m.subject.startswith("Plusieurs codes faux")]
    assert len(guessed) == 1


def test_the_limit_is_each_persons(app: Flask, someone: Visitor) -> None:
    _wrong(someone, 5)
    another = Visitor(app).sign_in(equipped(factories.moderator()), stepped_up=False)
    assert _type(another.get(PAGE), code_of()).heading == HEADING


def test_the_limit_still_counts_with_valkey_down(
    app: Flask, services: Services, moderator: Person
) -> None:
    down = {"REDIS_URL": f"redis://127.0.0.1:{closed_port()}"}
    with dedicated(services, environ=down) as alone:
        browser = Visitor(alone).sign_in(moderator, stepped_up=False)
        _wrong(browser, 5)
        _type(browser.get(PAGE), code_of(), status=409)


def test_a_recovery_code_serves_once(
    app: Flask, someone: Visitor, moderator: Person, sent: list[EmailMessage]
) -> None:
    code, another, *_ = _recovery_codes(moderator)
    page = _recover(someone, code.lower().replace("-", " "))
    assert page.heading == "Double authentification"
    assert "9 codes restants" in page.main
    assert someone.get(PAGE).heading == HEADING
    other = Visitor(app).sign_in(moderator, stepped_up=False)
    spent = _recover(other, code)
    assert WRONG_SPARE in spent.main
    assert spent.soup.select("details[open] [aria-invalid=true]")
    _recover(other, another)
    work()
    used = [str(m.body) for m in sent if m.subject == "Un de vos codes de secours a servi"]
    assert [("Il vous en reste 9" in body, "Il vous en reste 8" in body) for body in used] == [
        (True, False),
        (False, True),
    ]


def test_a_recovery_code_is_its_owners(app: Flask, someone: Visitor) -> None:
    theirs = _recovery_codes(equipped(factories.moderator()))[0]
    assert WRONG_SPARE in _recover(someone, theirs).main
    unused = select(func.count()).where(RecoveryCode.used_at.is_not(None))
    assert db.session.scalar(unused) == 0


def test_six_digits_are_no_recovery_code(someone: Visitor) -> None:
    assert "douze lettres ou chiffres" in _recover(someone, code_of(), status=422).main


def test_who_lost_everything_reads_whom_to_ask(someone: Visitor) -> None:
    main = someone.get(CONFIRMATION).main
    assert "Je n’ai plus mon téléphone" in main
    assert "Demandez à l’administration de la plateforme de réinitialiser" in main


def test_a_session_ended_elsewhere_is_not_confirmed(
    app: Flask, someone: Visitor, moderator: Person
) -> None:
    form = someone.get(CONFIRMATION).form(button="Confirmer")
    other = Visitor(app).sign_in(moderator)
    other.get("/mon-compte").form(button="Déconnecter tous les autres").send()
    answer = someone.ask("POST", form.action, data={**form.fields, "code": code_of()})
    assert "/connexion" in answer.headers["Location"]
    assert other.get(PAGE).heading == HEADING


def test_an_act_refused_keeps_what_was_sent(app: Flask, someone: Visitor) -> None:
    """One confirms in another tab, then sends again."""
    desk = factories.consultation(phase=None)
    path = f"/consultations/{desk.slug}/triage/dispositifs"
    _type(someone.get(path), code_of())
    words = 'Une ligne,\nune <autre> & "encore".'
    form = someone.get(path).form(button="Ajouter le dispositif")
    with clock.at(NOON + timedelta(hours=8)):
        refused = form.send(name="Guichet", description=words, status=403)
        assert refused.heading == "Une confirmation est nécessaire"
        assert db.session.scalar(select(func.count()).select_from(Scheme)) == 0
        asked = refused.click("Confirmez que c’est bien vous")
        done = _type(asked, code_of())
        assert "C’est confirmé sur cet appareil." in done.text
        again = refused.form(button="Envoyer de nouveau").send()
    assert "Le dispositif est ajouté." in again.text
    db.session.rollback()
    [scheme] = db.session.scalars(select(Scheme))
    assert (scheme.name, scheme.description.replace("\r\n", "\n")) == ("Guichet", words)


def test_a_program_gets_problem_details(someone: Visitor) -> None:
    answer = someone.ask("GET", PAGE, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    problem = answer.get_json()
    assert problem["type"] == "urn:coconstruire:step-up-needed"
    assert "Ouvrez la page de confirmation" in problem["detail"]


def test_what_a_script_asks_within_a_page_is_refused_not_led_away(someone: Visitor) -> None:
    answer = someone.ask("GET", PAGE, headers={"Accept": "*/*", "Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 403


def test_links_of_staff_are_there_before_the_confirmation(someone: Visitor) -> None:
    factories.consultation()
    links = someone.get("/mon-compte").links()
    assert {"Tri", "Rattachements à confirmer"} <= links.keys()


def test_who_has_no_power_is_never_asked(visitor: Visitor) -> None:
    visitor.sign_in(equipped(factories.person()), stepped_up=False)
    visitor.get(PAGE, status=403)
    assert "Seule l’équipe de modération" in visitor.get(PAGE, status=403).main
    assert visitor.get(OVERVIEW).heading == "Double authentification"


def test_a_confirmed_browser_is_not_asked_again(someone: Visitor) -> None:
    _type(someone.get(PAGE), code_of())
    assert someone.get(CONFIRMATION, query={"suite": PAGE}).heading == HEADING
