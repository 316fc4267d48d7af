"""Do in a test what someone does to sign in through an identity provider, and back."""

from __future__ import annotations

from flask_mailman import EmailMessage

from tests.support.identity_providers import Forger
from tests.support.sign_in import received_code, type_code
from tests.support.strict_browser import Page, Visitor

START, BACK = "/connexion/externe", "/connexion/externe/retour"


def leave(someone: Visitor, forger: Forger, start: str = START) -> str:
    """Go to the provider; the state to come back with."""
    answer = someone.ask("GET", start)
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    assert address.startswith(f"{forger.issuer}/authorize?")
    return forger.went(address)


def come_back(someone: Visitor, status: int = 200, **query: str) -> Page:
    """Come back from the provider."""
    return someone.get(BACK, query={"code": "a", **query}, status=status)


def pass_through(someone: Visitor, forger: Forger, status: int = 200, start: str = START) -> Page:
    """Go there and come back."""
    return come_back(someone, status, state=leave(someone, forger, start))


def prove(someone: Visitor, page: Page, sent: list[EmailMessage]) -> Page:
    """From the page that asks to: prove one's mailbox."""
    page.form(button="Recevoir le lien et le code").send()
    return type_code(someone, received_code(sent))


def first_time(someone: Visitor, forger: Forger, sent: list[EmailMessage]) -> Page:
    """Sign in for the first time, to the end."""
    return prove(someone, pass_through(someone, forger), sent)
