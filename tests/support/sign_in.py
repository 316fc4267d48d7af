"""Do in a test what someone does to sign in: ask for a link, read the message, confirm."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app.db import db
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

EMAIL = "maire@exemple.fr"


def ask(someone: Visitor, email: str = EMAIL, suite: str = "") -> Page:
    """Ask for a link from the page of sign-in."""
    page = someone.get("/connexion", query={"suite": suite} if suite else None)
    return page.form(button="Recevoir").send(email=email)


def came_from(app: Flask, address: str) -> Visitor:
    """Someone with a browser, behind an address of the network."""
    someone = Visitor(app)
    someone.client.environ_base["REMOTE_ADDR"] = address
    return someone


def received_link(sent: list[EmailMessage]) -> str:
    """The path of the link in the last e-mail received."""
    work()
    [address] = [word for word in sent[-1].body.split() if "/connexion/lien/" in word]
    return str(urlsplit(address).path)


def received_code(sent: list[EmailMessage]) -> str:
    """The code in the last e-mail received."""
    work()
    [code] = re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", sent[-1].body)
    return str(code)


def confirm(someone: Visitor, link: str) -> Page:
    """Open a link and confirm."""
    return someone.get(link).form(button="Me connecter").send()


def type_code(someone: Visitor, code: str) -> Page:
    """Type a code on the page that says the link is sent."""
    return (
        someone.get("/connexion/envoyee").form(button="Me connecter avec ce code").send(code=code)
    )


def is_signed_in(someone: Visitor) -> bool:
    return someone.get("/mon-compte").heading == "Mon compte"


def token_of(someone: Visitor) -> str:
    """What the browser's cookie says it is known by; nothing when signed out."""
    with someone.client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


def count(model: type) -> int:
    """How many rows of a table are committed."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
