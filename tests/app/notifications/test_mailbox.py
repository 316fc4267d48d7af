"""In development, what would have been sent is read on a page, and its link followed."""

from __future__ import annotations

from flask import Flask

from app.authority.memberships.grants.messages import MembershipAnswered
from app.db import db, transaction
from app.notifications.jobs import sweep
from app.notifications.operations import send
from tests.support.strict_browser import Page, Visitor

MAILBOX = "/developpement/messagerie"


def _mailbox(developing: Flask) -> Page:
    db.session.rollback()
    with developing.app_context():
        sweep()
    return Visitor(developing).get(MAILBOX)


def test_an_empty_mailbox_says_so(developing: Flask) -> None:
    assert "Aucun message" in _mailbox(developing).main


def test_the_link_asked_for_is_there_and_signs_in(developing: Flask) -> None:
    someone = Visitor(developing)
    sent = someone.get("/connexion").form(button="Recevoir").send(email="Maire@Exemple.fr")
    assert MAILBOX in sent.links().values()
    page = _mailbox(developing)
    assert "Votre lien de connexion à Coconstruire" in page.main
    assert "maire@exemple.fr" in page.main
    [link] = [href for href in page.links().values() if "/connexion/lien/" in href]
    assert someone.get(link).form(button="Me connecter").send().heading == "Votre profil"


def test_messages_come_latest_first_and_their_words_are_not_markup(developing: Flask) -> None:
    for name in ("Lannion", "<b>Brest</b>"):
        with transaction():
            send(
                MembershipAnswered(territory=name, granted=True, may_commit=True, reason=""),
                to="maire@exemple.fr",
            )
        page = _mailbox(developing)
    assert page.main.index("<b>Brest</b>") < page.main.index("Lannion")
    assert page.soup.find("b") is None
