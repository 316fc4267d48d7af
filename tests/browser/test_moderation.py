"""A text is signalled by a reader, hidden, contested by its author, and shown again by another."""

from __future__ import annotations

import pytest

from app.phases import Phase
from tests.browser.conftest import Comes
from tests.support import factories as make
from tests.support.contributions import submit

pytestmark = pytest.mark.browser

TITLE = "Prévenir les abonnés"
PAGE = "/consultations/essai/contributions/1"
DESK = "/consultations/essai/moderation"


def test_a_text_is_signalled_hidden_contested_and_shown_again(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    author = make.agent_of("22113")
    submit(consultation, author, title=TITLE)
    reader, moderator, writer, colleague = comes(), comes(), comes(), comes()

    reader.goto(PAGE)
    reader.follow("Signaler ce texte")
    reader.choose("Propos injurieux ou discriminatoires")
    reader.press("Signaler à l’équipe de modération")
    reader.reads("L’équipe de modération va lire ce texte.")

    moderator.sign_in(make.moderator().email)
    moderator.goto(DESK)
    moderator.step_up()
    moderator.follow(TITLE)
    moderator.choose("Données personnelles")
    moderator.fill("Ce que lira l’auteur", "Un numéro personnel est à ôter.")
    moderator.press("Masquer ce texte")
    moderator.reads("Le texte est masqué ; son auteur en est informé.")
    reader.goto(PAGE)
    reader.reads("Ce texte est masqué", "Texte masqué par la modération")

    writer.sign_in(author.email)
    writer.goto(PAGE)
    writer.reads("Un numéro personnel est à ôter.")
    writer.follow("Contester cette décision")
    writer.fill("Pourquoi votre texte devrait être rétabli", "C’est celui du standard.")
    writer.press("Contester")

    colleague.sign_in(make.moderator().email)
    colleague.goto(f"{DESK}?voir=masques")
    colleague.step_up()
    colleague.follow(TITLE)
    colleague.fill("Ce que lira l’auteur", "C’est bien le standard, merci.")
    colleague.press("Rétablir le texte")
    reader.goto(PAGE)
    reader.reads(TITLE)
