"""An application is added, replaced and removed; its secret is shown to its owner, once."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select, update

from app import clock
from app.db import db, transaction
from app.errors import Conflict, StepUpNeeded
from app.gate.actors import Context
from app.identity.models import Person, Session
from app.identity.stepup import queries
from app.identity.stepup.jobs import forget_second_factors
from app.identity.stepup.models import Authenticator, RecoveryCode
from app.identity.stepup.operations import begin_enrolment, remove_authenticator
from app.journal.models import JournalEvent, JournalText
from tests.support import factories
from tests.support.authenticators import CONFIRMATION, OVERVIEW, SECRET, code_of, equipped
from tests.support.by_hand import by_hand
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")
ADDING = f"{OVERVIEW}/ajouter"
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
TRIAGE = "/moderation/rattachements"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def moderator() -> Person:
    return factories.moderator()


def _secret(page: Page) -> str:
    found = page.soup.find("code")
    assert found is not None
    return found.get_text().replace(" ", "")


def _add(visitor: Visitor, page: Page | None = None) -> tuple[str, Page]:
    """Add an application from its page; returns its secret and the page of recovery codes."""
    page = page or visitor.get(OVERVIEW)
    shown = page.form(button="Ajouter une application").send()
    secret = _secret(shown)
    done = shown.form(button="Vérifier et activer").send(code=code_of(secret), status=200)
    return secret, done


def _events() -> list[str]:
    return list(db.session.scalars(select(JournalEvent.type).order_by(JournalEvent.recorded_at)))


def _codes(page: Page) -> list[str]:
    return [code.get_text() for code in page.soup.find_all("code")]


def test_staff_are_led_to_add_an_application_then_back(
    visitor: Visitor, moderator: Person, sent: list[EmailMessage]
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(TRIAGE)
    assert page.heading == "Double authentification"
    assert "Votre rôle la demande" in page.main
    secret, done = _add(visitor, page)
    assert done.heading == "Vos codes de secours"
    assert len(set(_codes(done))) == 10
    assert secret not in done.response.text
    assert done.click("continuer").heading == "Rattachements à confirmer"
    work()
    assert [message.subject for message in sent] == ["Votre double authentification est en place"]
    assert sent[0].to == [moderator.email]
    assert "AuthenticatorAdded" in _events()


def test_the_key_is_shown_as_an_image_and_as_words(visitor: Visitor, moderator: Person) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(OVERVIEW).form(button="Ajouter une application").send()
    words = page.soup.find("code")
    assert words is not None
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", words.get_text())
    image = page.soup.find("img")
    assert image is not None
    assert str(image["src"]).startswith("data:image/svg+xml")
    assert image["alt"]
    uri = page.links()["Ouvrir l’application de ce téléphone"]
    assert uri.startswith("otpauth://totp/Coconstruire:")
    assert f"secret={_secret(page)}" in uri


def test_an_enrolment_without_its_first_code_grants_nothing(
    visitor: Visitor, moderator: Person
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(OVERVIEW).form(button="Ajouter une application").send()
    code = code_of(_secret(page))
    assert visitor.get(CONFIRMATION).heading == "Double authentification"
    csrf = page.form(button="Vérifier").fields["csrf_token"]
    answer = visitor.ask("POST", CONFIRMATION, data={"csrf_token": csrf, "code": code})
    assert (answer.status_code, answer.headers["Location"]) == (303, OVERVIEW)
    assert visitor.get(TRIAGE).heading == "Double authentification"
    assert (
        db.session.scalar(select(func.count()).where(RecoveryCode.person_id == moderator.id)) == 0
    )
    assert _events() == []


def test_a_wrong_first_code_is_refused_and_the_same_key_kept(
    visitor: Visitor, moderator: Person
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(OVERVIEW).form(button="Ajouter une application").send()
    secret = _secret(page)
    for typed in ("", "12", code_of(secret, steps=3)):
        page = page.form(button="Vérifier").send(code=typed, status=422)
        assert page.soup.select("[aria-invalid=true]")
        assert _secret(page) == secret
    page.form(button="Vérifier").send(code=code_of(secret), status=200)


def test_an_enrolment_waits_half_an_hour_for_its_first_code(
    visitor: Visitor, moderator: Person
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(OVERVIEW).form(button="Ajouter une application").send()
    with clock.at(NOON + timedelta(minutes=30)):
        late = page.form(button="Vérifier").send(code=code_of(_secret(page)), status=409)
        assert "n’est plus en cours" in late.main
        assert visitor.get(ADDING).heading == "Double authentification"
        with transaction():
            forget_second_factors.function()
    assert db.session.scalar(select(func.count()).select_from(Authenticator)) in {0, 1}
    with clock.at(NOON + timedelta(minutes=31)), transaction():
        forget_second_factors.function()
    assert db.session.scalar(select(func.count()).select_from(Authenticator)) == 0


def test_the_first_code_does_not_serve_again(
    app: Flask, visitor: Visitor, moderator: Person
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    secret, _ = _add(visitor)
    elsewhere = Visitor(app).sign_in(moderator, stepped_up=False)
    page = elsewhere.get(CONFIRMATION).form(button="Confirmer").send(code=code_of(secret))
    assert "il a déjà servi" in page.main


def test_the_secret_is_nowhere_once_the_application_is_in_place(
    visitor: Visitor,
    moderator: Person,
    sent: list[EmailMessage],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.sign_in(moderator, stepped_up=False)
    secret, done = _add(visitor)
    codes = _codes(done)
    for path in (OVERVIEW, ADDING, CONFIRMATION, "/mon-compte", f"{OVERVIEW}/retirer"):
        text = visitor.get(path).response.text
        assert secret not in text.replace(" ", ""), path
        assert not any(code in text for code in codes), path
    work()
    journal = b"".join(db.session.scalars(select(JournalEvent.canonical))).decode()
    texts = "".join(db.session.scalars(select(JournalText.text)))
    mails = "".join(str(message.body) for message in sent)
    for place in (journal, texts, mails, caplog.text):
        assert secret not in place
        assert not any(code in place for code in codes)
    stored = db.session.scalars(select(Authenticator.secret)).one()
    assert secret.encode() not in stored


def test_reading_the_recovery_codes_again_is_not_possible(
    visitor: Visitor, moderator: Person
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(OVERVIEW).form(button="Ajouter une application").send()
    form, code = page.form(button="Vérifier"), code_of(_secret(page))
    form.send(code=code, status=200)
    form.send(code=code, status=409)


def test_new_recovery_codes_replace_the_former(
    visitor: Visitor, moderator: Person, sent: list[EmailMessage]
) -> None:
    visitor.sign_in(moderator, stepped_up=False)
    _, done = _add(visitor)
    renewed = visitor.get(OVERVIEW).form(button="Faire de nouveaux codes").send(status=200)
    assert not set(_codes(renewed)) & set(_codes(done))
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10
    work()
    assert sent[-1].subject == "Vos codes de secours ont été renouvelés"


def test_an_application_is_replaced_at_the_first_code_of_the_new_one(
    app: Flask, visitor: Visitor, moderator: Person, sent: list[EmailMessage]
) -> None:
    equipped(moderator)
    elsewhere = Visitor(app).sign_in(moderator)
    visitor.sign_in(moderator)
    page = visitor.get(OVERVIEW).form(button="Remplacer l’application").send()
    assert code_of() not in page.text
    # Until then, the former one serves.
    third = Visitor(app).sign_in(moderator, stepped_up=False)
    third.get(CONFIRMATION).form(button="Confirmer").send(code=code_of())
    page.form(button="Vérifier").send(code=code_of(_secret(page)), status=200)
    assert visitor.get(TRIAGE).heading == "Rattachements à confirmer"
    # What the former one had confirmed elsewhere is to be confirmed again.
    asked = elsewhere.get(TRIAGE)
    assert asked.heading == "Confirmer que c’est bien vous"
    refused = asked.form(button="Confirmer").send(code=code_of(SECRET, steps=1))
    assert "Ce code n’est pas le bon" in refused.main
    work()
    assert sent[-1].subject == "Votre application d’authentification a été remplacée"


@pytest.mark.parametrize("button", ["Remplacer l’application", "Faire de nouveaux codes"])
def test_changing_ones_application_needs_a_step_up(
    visitor: Visitor, moderator: Person, button: str
) -> None:
    equipped(moderator)
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(OVERVIEW).form(button=button).send(status=403)
    assert page.heading == "Une confirmation est nécessaire"
    assert visitor.get(f"{OVERVIEW}/retirer").heading == "Confirmer que c’est bien vous"
    ctx = Context(factories.acting(moderator).actor, NOON)
    with pytest.raises(StepUpNeeded):
        begin_enrolment(db.session.scalars(select(Session)).one(), ctx=ctx)
    with pytest.raises(StepUpNeeded):
        remove_authenticator(moderator, ctx=ctx)


def test_a_replacement_begun_while_confirmed_is_not_ended_once_it_is_over(
    visitor: Visitor, moderator: Person
) -> None:
    equipped(moderator)
    visitor.sign_in(moderator)
    with transaction():
        confirmed_at = NOON - timedelta(hours=8) + timedelta(minutes=1)
        db.session.execute(update(Session).values(stepped_up_at=confirmed_at))
    page = visitor.get(OVERVIEW).form(button="Remplacer l’application").send()
    with clock.at(NOON + timedelta(minutes=1)):
        form = page.form(button="Vérifier")
        form.send(code=code_of(_secret(page)), status=403)
        assert visitor.get(ADDING).heading == "Confirmer que c’est bien vous"
    assert queries.authenticator_of(moderator.id) is not None


def test_removing_an_application_takes_away_all_it_confirmed(
    app: Flask, visitor: Visitor, moderator: Person, sent: list[EmailMessage]
) -> None:
    equipped(moderator)
    elsewhere = Visitor(app).sign_in(moderator)
    visitor.sign_in(moderator)
    page = visitor.get(OVERVIEW).click("Retirer l’application")
    assert "retirée" in page.form(button="Retirer l’application").send().text
    for browser in (visitor, elsewhere):
        assert browser.get(TRIAGE).heading == "Double authentification"
    assert set(db.session.scalars(select(Session.stepped_up_at))) == {None}
    assert "AuthenticatorRemoved" in _events()
    work()
    assert sent[-1].subject == "Votre double authentification a été retirée"
    with transaction():
        remove_authenticator(moderator, ctx=factories.acting(moderator))
    assert _events().count("AuthenticatorRemoved") == 1


def test_nobody_changes_the_application_of_another(moderator: Person) -> None:
    another = factories.acting(factories.administrator())
    session = Session(person_id=moderator.id, created_at=NOON)
    with pytest.raises(Conflict, match="que sa propre"):
        begin_enrolment(session, ctx=another)
    with pytest.raises(Conflict, match="que sa propre"):
        remove_authenticator(moderator, ctx=another)


def test_an_application_sealed_under_another_key_says_what_to_do(
    visitor: Visitor, moderator: Person, caplog: pytest.LogCaptureFixture
) -> None:
    equipped(moderator)
    found = queries.authenticator_of(moderator.id)
    assert found is not None
    changed = found.secret[:-1] + bytes([found.secret[-1] ^ 1])
    by_hand(update(Authenticator).values(secret=changed))
    visitor.sign_in(moderator, stepped_up=False)
    page = visitor.get(CONFIRMATION).form(button="Confirmer").send(code=code_of(), status=409)
    assert "Demandez à l’administration de la réinitialiser" in page.main
    assert "sealed under another key" in caplog.text
