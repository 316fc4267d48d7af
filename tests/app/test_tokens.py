"""Tokens and codes: each purpose has its own, and what was sent before keeps working."""

from __future__ import annotations

import hmac
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select, update

from app import tokens
from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.invitations.operations import invite
from app.authority.rights.notices.models import Notice
from app.db import db, transaction
from app.gate.actors import Level
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.contests import membership_link
from tests.support.strict_browser import Visitor

KEY = "a key"
LINKS = (tokens.sign_in_token, tokens.invitation_token, tokens.contest_token)


def _before(secret_key: str, purpose: bytes, named: UUID) -> str:
    """A token as links bore them before they were signed."""
    return named.hex + hmac.new(secret_key.encode(), purpose + named.bytes, sha256).hexdigest()


def test_each_purpose_derives_its_own() -> None:
    named = uuid4()
    derived = [make(KEY, named) for make in (*LINKS, tokens.sign_in_code, tokens.mailbox_code)]
    assert len(set(derived)) == len(derived)
    signatures = {token.partition(".")[2] for token in derived[: len(LINKS)]}
    assert len(signatures) == len(LINKS)
    assert all(make(KEY, named) == make(KEY, named) for make in LINKS)
    assert all(make("another", named) != make(KEY, named) for make in LINKS)


def test_codes_are_as_they_were() -> None:
    """Those whose e-mail has left are still to be typed."""
    named = UUID(int=7)
    assert tokens.sign_in_code(KEY, named) == "8X4QYJT8"
    assert tokens.mailbox_code(KEY, named) == "25335879"
    kept = tokens.mailbox_code_hash(KEY, named, "1234 5678")
    assert kept.hex().startswith("804fe51f12dc6be4")
    kept = tokens.recovery_code_hash(KEY, named, "7K2M90QXVB31")
    assert kept.hex().startswith("e88cac28028d035c")


def test_a_code_is_compared_as_it_is_read() -> None:
    named = uuid4()
    code = tokens.sign_in_code(KEY, named)
    assert tokens.is_sign_in_code(KEY, named, f" {code[:4].lower()}-{code[4:]} ")
    assert not tokens.is_sign_in_code(KEY, uuid4(), code)
    digits = tokens.mailbox_code(KEY, named)
    kept = tokens.mailbox_code_hash(KEY, named, digits)
    assert tokens.is_mailbox_code(KEY, named, f"{digits[:4]} {digits[4:]}", kept=kept)
    assert not tokens.is_mailbox_code(KEY, uuid4(), digits, kept=kept)


def test_a_contest_link_names_its_notice_to_the_letter() -> None:
    """Seen red: read by its signature alone, the link has four last letters that all do."""
    named = uuid4()
    token = tokens.contest_token(KEY, named)
    assert tokens.notice_named(KEY, token) == named
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for other in (
        *(token[:-1] + letter for letter in letters if letter != token[-1]),
        tokens.contest_token("another", named),
        tokens.invitation_token(KEY, named),
        token.replace(named.hex, str(named)),
        named.hex,
        "é",
        "",
    ):
        assert tokens.notice_named(KEY, other) is None


def test_a_contest_link_sent_before_still_opens_and_so_does_that_of_a_later_message(
    app: Flask, sent: list[EmailMessage]
) -> None:
    link = membership_link(app, sent)
    for notice in db.session.scalars(select(Notice)).all():
        old = _before(app.config["SECRET_KEY"], b"membership-notice:", notice.id)
        by_hand(
            update(Notice).where(Notice.id == notice.id).values(token_hash=tokens.token_hash(old))
        )
    place = link.rpartition("/")[0]
    assert Visitor(app).get(f"{place}/{old}").path == f"{place}/{old}"
    assert Visitor(app).get(link).path == link


@pytest.mark.usefixtures("sent")
def test_an_invitation_sent_before_still_opens(app: Flask) -> None:
    lannion = factories.territory("22113")
    referent = factories.person()
    factories.belongs(referent, lannion, referent=True)
    ctx = factories.acting(referent)
    with transaction():
        invitation = invite(lannion, email="anne@lannion.fr", level=Level.MEMBER, ctx=ctx)
    old = _before(app.config["SECRET_KEY"], b"invitation:", invitation.id)
    by_hand(update(Invitation).values(token_hash=tokens.token_hash(old)))
    invited = Visitor(app).sign_in(factories.person(email=invitation.email))
    assert "Lannion" in invited.get(f"/invitations/{old}").main
