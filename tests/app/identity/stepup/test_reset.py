"""Who can no longer confirm is helped by another administrator, or from the server."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed, StepUpNeeded
from app.gate.actors import Context
from app.identity.models import Person
from app.identity.stepup import queries
from app.identity.stepup.operations import renew_recovery_codes, reset_authenticator
from app.journal.models import JournalEvent, JournalText
from tests.support import factories
from tests.support.authenticators import CONFIRMATION, code_of, equipped, wrong_code
from tests.support.strict_browser import Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")
PAGE = "/administration/double-authentification"
REASON = "téléphone perdu, identité vérifiée de vive voix"


@pytest.fixture
def administrator() -> Person:
    return equipped(factories.administrator())


@pytest.fixture
def moderator() -> Person:
    return equipped(factories.moderator())


def _reset(visitor: Visitor, email: str, reason: str = REASON, status: int | None = None) -> str:
    form = visitor.get(PAGE).form(button="Réinitialiser")
    return form.send(email=email, reason=reason, status=status).text


def test_an_administrator_resets_anothers_with_a_reason(
    app: Flask,
    visitor: Visitor,
    administrator: Person,
    moderator: Person,
    sent: list[EmailMessage],
) -> None:
    with transaction():
        renew_recovery_codes(moderator, ctx=factories.acting(moderator))
    theirs = Visitor(app).sign_in(moderator)
    visitor.sign_in(administrator)
    assert visitor.get("/administration/nominations").click("Réinitialiser").path == PAGE
    assert "C’est fait" in _reset(visitor, moderator.email.upper())
    assert queries.authenticator_of(moderator.id) is None
    assert queries.count_recovery_codes(moderator.id) == 0
    assert theirs.get("/moderation/rattachements").heading == "Double authentification"
    work()
    [message] = [m for m in sent if m.subject.endswith("a été réinitialisée")]
    assert message.to == [moderator.email]
    assert REASON in str(message.body)
    event = db.session.scalars(
        select(JournalEvent).where(JournalEvent.type == "AuthenticatorReset")
    ).one()
    assert REASON.encode() not in event.canonical
    assert db.session.scalars(select(JournalText.text)).one() == REASON


def test_a_reset_forgets_the_wrong_codes(
    app: Flask, visitor: Visitor, administrator: Person, moderator: Person
) -> None:
    theirs = Visitor(app).sign_in(moderator, stepped_up=False)
    for _ in range(5):
        theirs.get(CONFIRMATION).form(button="Confirmer").send(code=wrong_code())
    theirs.get(CONFIRMATION).form(button="Confirmer").send(code=wrong_code(), status=409)
    _reset(visitor.sign_in(administrator), moderator.email)
    equipped(moderator)
    theirs.get(CONFIRMATION).form(button="Confirmer").send(code=wrong_code())


def test_nobody_resets_their_own(visitor: Visitor, administrator: Person) -> None:
    visitor.sign_in(administrator)
    text = _reset(visitor, administrator.email, status=422)
    assert "Nul ne réinitialise sa propre double authentification." in text
    assert queries.authenticator_of(administrator.id) is not None


@pytest.mark.parametrize(
    ("email", "reason", "shown"),
    [
        ("personne@exemple.fr", REASON, "Personne à cette adresse"),
        ("", REASON, "Écrivez l’adresse"),
        ("moderator", "", "Dites pourquoi"),
    ],
)
def test_what_cannot_be_reset_is_refused(
    visitor: Visitor, administrator: Person, moderator: Person, email: str, reason: str, shown: str
) -> None:
    email = moderator.email if email == "moderator" else email
    assert shown in _reset(visitor.sign_in(administrator), email, reason, status=422)
    assert queries.authenticator_of(moderator.id) is not None


def test_only_a_confirmed_administrator_resets(visitor: Visitor, moderator: Person) -> None:
    visitor.sign_in(moderator).get(PAGE, status=403)
    with pytest.raises(NotAllowed):
        reset_authenticator(moderator, reason=REASON, ctx=factories.acting(moderator))
    ctx = factories.acting(factories.administrator())
    with pytest.raises(StepUpNeeded):
        reset_authenticator(moderator, reason=REASON, ctx=Context(ctx.actor, ctx.instant))
    with pytest.raises(Invalid):
        reset_authenticator(moderator, reason=" ", ctx=ctx)
    with pytest.raises(Conflict):
        reset_authenticator(factories.person(), reason=REASON, ctx=ctx)


def test_the_server_helps_whom_nobody_else_can(app: Flask, administrator: Person) -> None:
    command = ["people", "reset-authenticator", administrator.email, "--reason", REASON]
    done = app.test_cli_runner().invoke(args=command)
    assert (done.exit_code, done.exception) == (0, None)
    db.session.rollback()
    assert queries.authenticator_of(administrator.id) is None
    again = app.test_cli_runner().invoke(args=command)
    assert again.exit_code == 1
    assert "n’a pas de double authentification" in again.output


def test_one_must_confirm_to_reset(visitor: Visitor, administrator: Person) -> None:
    page = visitor.sign_in(administrator, stepped_up=False).get(PAGE)
    assert page.heading == "Confirmer que c’est bien vous"
    assert page.form(button="Confirmer").send(code=code_of()).path == PAGE
