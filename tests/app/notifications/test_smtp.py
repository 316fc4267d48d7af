"""What a real mail server receives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from app.authority.memberships.grants.messages import MembershipAnswered
from app.db import db, transaction
from app.embedded import Services
from app.identity.messages import SignIn
from app.notifications.jobs import sweep
from app.notifications.models import Outbox
from app.notifications.operations import send
from tests.support.applications import closed_port, dedicated

pytestmark = pytest.mark.usefixtures("app")

TO = "maire@exemple.fr"
SENDER = "Coconstruire <ne-pas-repondre@exemple.fr>"


@dataclass
class Sink:
    """A mail server that keeps what it is handed, and refuses one address."""

    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name the server looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("inconnu@"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        self.received.append((list(envelope.rcpt_tos), message))
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    sink, port = Sink(), closed_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


@pytest.fixture
def posting(services: Services, sink: tuple[Sink, int]) -> Iterator[Flask]:
    environ = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(sink[1]),
        "MAIL_USE_TLS": "no",
        "MAIL_DEFAULT_SENDER": SENDER,
    }
    with dedicated(services, environ=environ, MAIL_BACKEND="smtp") as app:
        yield app


def _deliver(posting: Flask) -> None:
    with posting.app_context():
        sweep()
    db.session.rollback()


def _answer(territory: str) -> MembershipAnswered:
    return MembershipAnswered(territory=territory, granted=True, may_commit=False, reason="")


def test_the_server_receives_the_message_whole(posting: Flask, sink: tuple[Sink, int]) -> None:
    with transaction():
        send(_answer("L’Haÿ-les-Roses (94) — commune"), to=TO)
    _deliver(posting)
    [(recipients, message)] = sink[0].received
    assert recipients == [TO]
    assert (message["To"], message["From"]) == (TO, SENDER)
    subject = "Votre rattachement est accordé : L’Haÿ-les-Roses (94) — commune"
    assert str(message["Subject"]).strip().replace("\u00a0", " ") == subject
    assert "L’Haÿ-les-Roses" in message.get_content()
    assert message.get_content_charset() == "utf-8"


@pytest.mark.parametrize("broken", ["\r\n", "\n", "\r", "\r\n\r\n"])
def test_a_line_break_in_a_name_adds_no_header_and_no_recipient(
    posting: Flask, sink: tuple[Sink, int], broken: str
) -> None:
    with transaction():
        send(_answer(f"Lannion{broken}Bcc: pirate@exemple.org{broken}X-Evil: 1"), to=TO)
    _deliver(posting)
    [(recipients, message)] = sink[0].received
    assert recipients == [TO]
    assert message["Bcc"] is message["X-Evil"] is None
    assert "Bcc: pirate@exemple.org" in str(message["Subject"])


def test_an_address_the_server_refuses_delays_no_other(
    posting: Flask, sink: tuple[Sink, int]
) -> None:
    with transaction():
        refused = send(_answer("Lannion"), to="inconnu@exemple.fr")
    with transaction():
        accepted = send(_answer("Lannion"), to=TO)
    _deliver(posting)
    assert [recipients for recipients, _ in sink[0].received] == [[TO]]
    kept = db.session.get_one(Outbox, refused.id)
    assert kept.last_error == "SMTPRecipientsRefused"
    assert db.session.get_one(Outbox, accepted.id).sent_at is not None


def test_the_link_is_an_address_of_the_site(posting: Flask, sink: tuple[Sink, int]) -> None:
    with transaction():
        send(SignIn(link_id="7d444840-9dc0-11d1-b245-5ffdce74fad2"), to=TO)
    _deliver(posting)
    [(_, message)] = sink[0].received
    [link] = [line for line in message.get_content().splitlines() if "/connexion/lien/" in line]
    assert link.startswith("http")
    assert "7d4448409dc011d1b2455ffdce74fad2" in link
    assert parseaddr(str(message["From"]))[1] == "ne-pas-repondre@exemple.fr"
