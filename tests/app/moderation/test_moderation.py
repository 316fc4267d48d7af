"""A text is signalled, hidden, contested and shown again, in a browser; the counts stay true."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.calendar.models import Consultation
from app.db import db
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.moderation.models import Signal
from app.moderation.queries import counts, current_hiding
from app.phases import Phase
from consultation.contributions.models import Contribution
from consultation.contributions.queries import Filters, public_contributions
from consultation.triage.queries import conservation
from tests.support import factories as make
from tests.support.contributions import read, submit
from tests.support.moderation import NOTE, contest_text, hide_text, show_text, signal_text
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

TITLE, WORDS = "Prévenir les abonnés", "Un chamboulement inattendu."


@dataclass
class Scene:
    """A consultation, someone's contribution in it, and two moderators."""

    consultation: Consultation
    author: Person
    contribution: Contribution
    moderator: Person
    colleague: Person

    @property
    def page(self) -> str:
        number = self.contribution.number
        return f"/consultations/{self.consultation.slug}/contributions/{number}"

    @property
    def desk(self) -> str:
        return f"/consultations/{self.consultation.slug}/moderation"

    @property
    def text(self) -> str:
        return f"{self.desk}/contribution/{self.contribution.id}"

    def hide(self) -> None:
        hide_text(self.contribution.id, make.acting(self.moderator, self.consultation))


@pytest.fixture
def scene(app: Flask) -> Scene:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    author = make.agent_of("22113")
    contribution = submit(consultation, author, title=TITLE, description=WORDS)
    return Scene(consultation, author, contribution, make.moderator(), make.moderator())


def _types() -> list[str]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_type.in_(["hiding", "signal"]))
            .order_by(JournalEvent.recorded_at)
        )
    )


def _hide(moderator: Visitor, scene: Scene) -> Page:
    form = moderator.get(scene.text).form(button="Masquer ce texte")
    return form.send(reason="personal", note=NOTE)


def test_anyone_signals_a_text_and_moderators_find_it(visitor: Visitor, scene: Scene) -> None:
    page = visitor.get(scene.page).click("Signaler ce texte")
    page = page.form(button="Signaler").send(reason="offensive", note="Le deuxième mot.")
    assert "L’équipe de modération va lire ce texte." in page.main
    visitor.sign_in(scene.moderator)
    assert "Un texte est signalé" in visitor.get("/").main
    found = visitor.get(scene.desk).click(TITLE)
    assert "Le deuxième mot." in found.main
    kept = found.form(button="Ce texte reste public").send()
    assert "Aucun texte signalé" in kept.main
    assert _types() == ["SignalDismissed"]
    assert TITLE in Visitor(visitor.app).get(scene.page).heading


def test_a_signal_without_a_reason_is_asked_again(visitor: Visitor, scene: Scene) -> None:
    page = visitor.get(f"/consultations/essai/signaler/contribution/{scene.contribution.id}")
    assert "Choisissez un motif." in page.form(button="Signaler").send(status=422).main


def test_a_person_signals_a_text_once_and_strangers_each_time(scene: Scene) -> None:
    reader = make.acting(make.person(), scene.consultation)
    stranger = make.acting(None, scene.consultation)
    for who in (reader, reader, stranger, stranger):
        signal_text(scene.contribution.id, who)
    assert len(db.session.scalars(select(Signal)).all()) == 3
    assert counts(scene.consultation.id).signalled == 1


def test_a_hidden_text_is_read_by_its_author_and_the_moderators_only(
    visitor: Visitor, scene: Scene, sent: list[EmailMessage]
) -> None:
    signal_text(scene.contribution.id, make.acting(None, scene.consultation))
    moderator = Visitor(visitor.app).sign_in(scene.moderator)
    assert "masqué" in _hide(moderator, scene).main
    assert _types() == ["TextHidden"]

    stranger = visitor.get(scene.page)
    assert stranger.heading == "Texte masqué par la modération"
    assert "Motif : données personnelles." in stranger.main.replace("\u00a0", " ")
    for path in (scene.page, f"{scene.page}/suite", "/", "/consultations/essai/contributions"):
        text = visitor.get(path).response.text
        assert TITLE not in text, path
        assert WORDS not in text, path
        assert NOTE not in text, path
    author = Visitor(visitor.app).sign_in(scene.author).get(scene.page)
    assert author.heading == TITLE
    assert NOTE in author.main
    assert WORDS in moderator.get(scene.page).main
    work()
    letter = sent[-1]
    assert letter.to == [scene.author.email]
    assert NOTE in letter.body
    assert scene.page in letter.body


def test_a_hidden_text_is_counted_and_its_words_are_not_found(scene: Scene) -> None:
    def listed(words: str = "") -> int:
        return public_contributions(scene.consultation.id, Filters(words=words)).total

    before = (listed(), conservation(scene.consultation.id))
    assert listed("chamboulement") == 1
    scene.hide()
    assert (listed(), conservation(scene.consultation.id)) == before
    assert listed("chamboulement") == 0
    show_text(scene.contribution.id, make.acting(scene.moderator, scene.consultation))
    assert listed("chamboulement") == 1


def test_its_author_contests_and_another_moderator_answers(
    visitor: Visitor, scene: Scene, sent: list[EmailMessage]
) -> None:
    scene.hide()
    author = Visitor(visitor.app).sign_in(scene.author)
    contested = author.get(scene.page).click("Contester cette décision")
    contested = contested.form(button="Contester").send(words="C’est le standard.")
    assert "une autre personne vous répondra" in contested.main
    again = author.get(scene.page).click("Voir ma contestation")
    assert "C’est le standard." in again.main

    same = visitor.sign_in(scene.moderator).get(scene.text)
    assert "une autre personne de l’équipe répond" in same.main
    colleague = Visitor(visitor.app).sign_in(scene.colleague)
    assert "Un auteur conteste que son texte soit masqué" in colleague.get("/").main
    answer = colleague.get(f"{scene.desk}?voir=masques").click(TITLE)
    assert "C’est le standard." in answer.main
    answer.form(button="Maintenir").send(words="C’est un numéro personnel.")
    assert "L’équipe de modération a déjà répondu" in author.get(again.path).main
    shown = colleague.get(scene.text).form(button="Rétablir").send(words="Corrigé, merci.")
    assert "rétabli" in shown.main
    assert WORDS in Visitor(visitor.app).get(scene.page).main
    assert _types() == ["TextHidden", "HidingContested", "HidingUpheld", "TextShown"]
    work()
    assert [each.subject.split("\u00a0")[0] for each in sent[1:]] == [
        "Votre texte est masqué",
        "Votre texte reste masqué",
        "Votre texte est rétabli",
    ]


def test_nobody_else_contests_and_a_stranger_does_not_moderate(
    visitor: Visitor, scene: Scene
) -> None:
    scene.hide()
    hidden = current_hiding(scene.contribution.id)
    assert hidden is not None
    visitor.sign_in(make.agent_of("22113"))
    visitor.get(f"/consultations/essai/masquages/{hidden.id}/contester", status=404)
    visitor.get(scene.desk, status=403)
    visitor.get(scene.text, status=403)


def test_what_the_author_corrected_is_said_to_the_moderators(
    visitor: Visitor, scene: Scene
) -> None:
    scene.hide()
    author = Visitor(visitor.app).sign_in(scene.author)
    author.get(f"{scene.page}/modifier").form(button="Enregistrer").send(description="Corrigé.")
    assert read(scene.contribution).hidden_at is not None
    page = visitor.sign_in(scene.colleague).get(scene.text)
    assert "Son auteur a modifié le texte depuis" in page.main


def test_what_was_withdrawn_is_neither_signalled_nor_hidden(visitor: Visitor, scene: Scene) -> None:
    author = Visitor(visitor.app).sign_in(scene.author)
    author.get(f"{scene.page}/retirer").form(button="Retirer").send()
    visitor.get(f"/consultations/essai/signaler/contribution/{scene.contribution.id}", status=404)
    page = visitor.sign_in(scene.moderator).get(scene.text)
    assert "plus personne ne le lit" in page.main


def test_hiding_needs_words_for_the_author(visitor: Visitor, scene: Scene) -> None:
    visitor.sign_in(scene.moderator)
    form = visitor.get(scene.text).form(button="Masquer ce texte")
    page = form.send(reason="personal", note="", status=422)
    assert "Dites à l’auteur ce qui ne va pas." in page.main
    assert current_hiding(scene.contribution.id) is None


def test_a_contest_is_kept_once(scene: Scene) -> None:
    scene.hide()
    acting = make.acting(scene.author, scene.consultation)
    contest_text(scene.contribution.id, acting, words="Une fois.")
    again = contest_text(scene.contribution.id, acting, words="Deux fois.")
    assert again.contest == "Une fois."
    assert _types() == ["TextHidden", "HidingContested"]
