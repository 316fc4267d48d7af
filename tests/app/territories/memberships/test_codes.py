"""A code is guessed, replayed, stolen, typed late: it proves nothing; once and in time, it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.db import db, transaction
from app.errors import DomainError, NotAllowed
from app.territories.mailboxes.models import Mailbox
from app.territories.memberships.codes.operations import redeem_code, send_code
from app.territories.memberships.queries import membership as read
from tests import factories
from tests.joining import (
    MINE,
    ask,
    code_in,
    level_of,
    membership_of,
    path_in,
    received,
    someone,
)
from tests.reading import Visitor

pytestmark = pytest.mark.usefixtures("app")

WEBMAIL = "mairie.lannion@orange.fr"
THIEF = "voleur@gmail.com"


def _asks(app: Flask, email: str = THIEF) -> Visitor:
    visitor = someone(app, email)
    ask(visitor)
    return visitor


def _redeem(email: str, code: str) -> bool:
    membership = read(membership_of(email).id)
    assert membership is not None
    ctx = factories.acting(membership.person)
    with transaction():
        return redeem_code(membership, code, ctx=ctx)


def test_a_code_is_guessed_five_times_at_most(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    visitor = _asks(app)
    page = visitor.get(MINE).click("Lannion")
    for _ in range(5):
        page = page.form(button="Valider").send(code="12345678")
        assert "Ce n’est pas le code" in page.text
    code = code_in(received(sent, WEBMAIL)[-1])
    page = page.form(button="Valider").send(code=code, status=409)
    assert "Ce code n’est plus valable" in page.main
    assert level_of(THIEF) is None


@pytest.mark.parametrize("typed", ["", "1", "' OR 1=1 --", "१२३४५६७८", "00000000", "1234567890"])
def test_what_is_no_code_is_no_code(app: Flask, typed: str) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app)
    assert _redeem(THIEF, typed) is False
    assert level_of(THIEF) is None


def test_a_code_expires_at_the_hour(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    start = clock.now()
    with clock.at(start):
        _asks(app)
    code = code_in(received(sent, WEBMAIL)[-1])
    with clock.at(start + timedelta(hours=1)), pytest.raises(DomainError, match="plus valable"):
        _redeem(THIEF, code)
    with clock.at(start + timedelta(hours=1, microseconds=-1)):
        assert _redeem(THIEF, code) is True


def test_a_code_serves_once(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app)
    code = code_in(received(sent, WEBMAIL)[-1])
    assert _redeem(THIEF, code)
    with pytest.raises(DomainError, match="n’attend pas de code"):
        _redeem(THIEF, code)


def test_a_code_replayed_by_someone_else_is_nothing(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app, "honnete@gmail.com")
    code = code_in(received(sent, WEBMAIL)[-1])
    _asks(app)
    assert _redeem(THIEF, code) is False
    assert level_of(THIEF) is None


def test_nobody_types_a_code_into_anothers_request(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app, "honnete@gmail.com")
    code = code_in(received(sent, WEBMAIL)[-1])
    membership = read(membership_of("honnete@gmail.com").id)
    assert membership is not None
    thief = factories.person(email=THIEF)
    for act in (lambda ctx: redeem_code(membership, code, ctx=ctx),
                lambda ctx: send_code(membership, ctx=ctx)):  # fmt: skip
        with pytest.raises(NotAllowed), transaction():
            act(factories.acting(thief))
    Visitor(app).sign_in(thief).get(f"{MINE}/{membership.id}", status=404)


def test_a_code_sent_before_another_no_longer_works(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    page = _asks(app).get(MINE).click("Lannion")
    page.form(button="Envoyer un nouveau code").send()
    first, second = (code_in(message) for message in received(sent, WEBMAIL))
    assert _redeem(THIEF, first) is False
    assert _redeem(THIEF, second) is True


def test_a_mailbox_receives_three_codes_a_day_from_one_person(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(WEBMAIL, "22113")
    visitor = _asks(app)
    page = visitor.get(MINE).click("Lannion")
    for _ in range(2):
        page = page.form(button="Envoyer un nouveau code").send()
    page = page.form(button="Envoyer un nouveau code").send(status=409)
    assert "Assez de codes" in page.main
    # Giving the request up and asking anew does not start the count again.
    page = visitor.get(MINE).click("Lannion").form(button="Abandonner").send()
    form = page.form(button="Demander")
    form.fields["territory"] = [str(factories.territory("22113").id)]
    assert "Assez de codes" in form.send(capacity="agent", status=409).main
    assert len(received(sent, WEBMAIL)) == 3
    with clock.at(clock.now() + timedelta(days=1)):
        ask(visitor)


def test_ten_accounts_do_not_flood_a_town_hall(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(WEBMAIL, "22113")
    for number in range(10):
        _asks(app, f"compte{number}@gmail.com")
    form = someone(app, THIEF).get(MINE).form(button="Demander")
    form.fields["territory"] = [str(factories.territory("22113").id)]
    form.send(capacity="agent", status=409)
    assert len(received(sent, WEBMAIL)) == 10


def test_a_code_proves_nothing_once_the_mailbox_changed(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app)
    code = code_in(received(sent, WEBMAIL)[-1])
    with transaction():
        own = db.session.query(Mailbox).one()
        own.address, own.domain = "autre@orange.fr", "orange.fr"
    with pytest.raises(DomainError, match="plus valable"):
        _redeem(THIEF, code)


def test_whoever_is_contested_before_typing_the_code_types_it_in_vain(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(WEBMAIL, "22113")
    _asks(app)
    [message] = received(sent, WEBMAIL)
    page = Visitor(app).get(path_in(message, "/rattachements/contester/"))
    page.form(button="Contester").send(reason="Personne ici ne vous connaît.")
    with pytest.raises(DomainError, match="n’attend pas de code"):
        _redeem(THIEF, code_in(message))
