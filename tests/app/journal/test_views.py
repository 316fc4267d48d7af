"""The journal everyone reads: sentences, nobody's name, nothing before its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.authority.memberships.models import Capacity
from app.authority.memberships.operations import grant_membership, request_membership
from app.authority.memberships.queries import membership as read
from app.calendar.models import Consultation
from app.calendar.operations import amend_window
from app.calendar.queries import fresh_calendar, window_of
from app.db import db, transaction
from app.gate.actors import NOBODY, Context, Level, Role
from app.identity.models import Person
from app.journal.events import FreeText
from app.journal.models import JournalText
from app.journal.operations import record_all
from app.journal.queries import PAGE_SIZE
from app.phases import Calendar, Phase
from consultation.contributions.events import ContributionImported
from consultation.triage.operations import group, reject, reorient, undo
from consultation.triage.publication.operations import publish_proposals
from tests.support import factories
from tests.support.contributions import submit
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")


def _journal(visitor: Visitor, slug: str, page: int | str = 1, status: int = 200) -> Page:
    return visitor.get(f"/consultations/{slug}/journal", query={"page": page}, status=status)


def _sentences(page: Page) -> list[str]:
    for link in page.soup.select("main ol > li > span a"):
        link.decompose()
    return [
        " ".join(item.get_text(" ").replace("\u00a0", " ").split())
        for item in page.soup.select("main ol > li > span")
    ]


def test_an_act_is_a_sentence_that_names_a_territory_and_nobody(visitor: Visitor) -> None:
    consultation = factories.consultation()
    agent = factories.person(full_name="Yann Personne", email="yann@exemple.fr")
    factories.belongs(agent, factories.territory("22113"))
    submit(consultation, agent)
    page = _journal(visitor, consultation.slug)
    sentence = "La contribution n° 1 a été déposée au nom de Lannion (22) — commune."
    assert _sentences(page)[0] == sentence
    assert "Yann" not in page.text
    assert "@" not in page.main


def test_nobody_reads_there_who_belongs_where_nor_who_is_appointed(
    app: Flask, visitor: Visitor
) -> None:
    consultation, moderator = factories.consultation(), factories.moderator()
    ctx = factories.acting(factories.person(), consultation)
    with transaction():
        asked = request_membership(factories.territory("22113"), capacity=Capacity.AGENT, ctx=ctx)
    with transaction():
        found = read(asked.id)
        assert found is not None
        grant_membership(
            found, level=Level.MEMBER, evidence="x", ctx=factories.acting(moderator, consultation)
        )
    for reader in (visitor, Visitor(app).sign_in(moderator)):
        assert "rattachement" not in " ".join(_sentences(_journal(reader, consultation.slug)))


def test_a_reason_is_shown_and_once_erased_leaves_the_rest(visitor: Visitor) -> None:
    consultation = factories.consultation()
    window = window_of(consultation.id, Phase.COLLECTION)
    assert window is not None
    with transaction():
        amend_window(
            window,
            opens_at=window.opens_at,
            closes_at=window.closes_at + timedelta(days=1),
            reason="Madame X. est <malade>.",
            ctx=factories.acting(factories.administrator(), consultation),
        )
    sentence = _sentences(_journal(visitor, consultation.slug))[0]
    assert sentence.startswith("La phase « Recueil des contributions », prévue du ")
    assert sentence.endswith("Raison : Madame X. est <malade>.")
    with transaction():
        db.session.execute(update(JournalText).values(salt=None, text=None))
    sentence = _sentences(_journal(visitor, consultation.slug))[0]
    assert sentence.startswith("La phase « Recueil des contributions », prévue du ")
    assert "malade" not in sentence


def test_dates_are_written_as_everywhere_else(visitor: Visitor) -> None:
    start = clock.start_of(clock.now().date().replace(day=1))
    consultation = factories.consultation()
    window = window_of(consultation.id, Phase.AMI)
    assert window is not None
    next_year = start.replace(year=start.year + 1)
    with transaction():
        amend_window(
            window,
            opens_at=next_year,
            closes_at=next_year + timedelta(days=9),
            reason="x.",
            ctx=factories.acting(factories.administrator(), consultation),
        )
    assert "est fixée du 1er " in _sentences(_journal(visitor, consultation.slug))[0]


class _Triaged(Desk):
    """A desk where each decision was taken, and one undone."""

    def __init__(self) -> None:
        super().__init__()
        grouped, reoriented, rejected = self.contributions(3)
        self.proposal_written = self.proposal("Un agenda partagé")
        scheme = self.scheme("Guichet voisin")
        with transaction():
            reject(rejected, reason="Hors sujet.", ctx=self.ctx)
            undo(rejected, ctx=self.ctx)
            reject(rejected, reason="Hors sujet, vraiment.", ctx=self.ctx)
            group(grouped, proposals=[self.proposal_written], ctx=self.ctx)
            reorient(reoriented, scheme=scheme, reason="Déjà financé.", ctx=self.ctx)


SECRETS = (
    "agenda partagé",
    "a rejoint la proposition",
    "a été réorientée",
    "a été écartée",
    "Hors sujet",
    "Déjà financé",
    "a été annulée",
)


@pytest.fixture
def desk() -> Desk:
    return _Triaged()


OUTSIDERS: dict[str, Callable[[], Person | None]] = {
    "visitor": lambda: None,
    "agent": lambda: factories.agent_of("22113"),
    "administrator": factories.administrator,
    "moderator of another": lambda: factories.appointed(Role.MODERATOR, factories.consultation()),
}


@pytest.mark.parametrize("outsider", OUTSIDERS.values(), ids=OUTSIDERS)
def test_what_triage_decides_is_not_shown_before_the_publication(
    visitor: Visitor, desk: Desk, outsider: Callable[[], Person | None]
) -> None:
    if (person := outsider()) is not None:
        visitor.sign_in(person)
    page = _journal(visitor, desk.slug)
    assert [secret for secret in SECRETS if secret in page.text] == []
    with transaction():
        consultation = db.session.get_one(Consultation, desk.id)
        publish_proposals(consultation, ctx=desk.ctx)
    page = _journal(visitor, desk.slug)
    assert [secret for secret in SECRETS if secret not in page.text] == []
    assert "La proposition n° 1, « Un agenda partagé », a été publiée" in page.main


def test_moderators_read_the_whole_of_it_meanwhile(visitor: Visitor, desk: Desk) -> None:
    page = _journal(visitor.sign_in(desk.moderator), desk.slug)
    assert [secret for secret in SECRETS if secret not in page.text] == []


def _many(calendar: Calendar, how_many: int) -> None:
    """So many imported contributions, recorded an hour apart, the last one first."""
    for number in range(1, how_many + 1):
        event = ContributionImported(
            subject_id=str(uuid4()),
            number=number,
            places="",
            source=FreeText("s"),
            reference=FreeText(number),
        )
        instant = clock.now() - timedelta(hours=number)
        ctx = Context(NOBODY, instant, calendar)
        record_all([event], ctx=ctx)
    db.session.commit()


def test_a_long_journal_is_read_page_by_page_the_latest_first(visitor: Visitor) -> None:
    consultation = factories.consultation()
    _many(fresh_calendar(consultation.id), PAGE_SIZE)
    first, second = (_journal(visitor, consultation.slug, page) for page in (1, 2))
    assert len(_sentences(first)) == PAGE_SIZE
    assert "Page 1 sur 2" in first.main
    assert first.click("Suivante").main == second.main
    sentences = _sentences(first) + _sentences(second)
    assert len(sentences) == len(set(sentences)) > PAGE_SIZE
    imported = [sentence for sentence in sentences if "reçue hors de la plateforme" in sentence]
    assert imported == [
        f"La contribution n° {number}, reçue hors de la plateforme, a été versée par l’équipe de "
        "modération."
        for number in range(1, PAGE_SIZE + 1)
    ]


@pytest.mark.parametrize("page", [0, -1, "deux", 999])
def test_a_page_that_is_none_breaks_nothing(visitor: Visitor, page: int | str) -> None:
    _journal(visitor, factories.consultation().slug, page)


def test_two_consultations_do_not_cross(visitor: Visitor) -> None:
    here, there = factories.consultation(), factories.consultation()
    agent = factories.agent_of("22113")
    submit(here, agent)
    assert "Lannion" in _journal(visitor, here.slug).main
    assert "Lannion" not in _journal(visitor, there.slug).main


def test_the_journal_of_no_consultation_is_not_found(visitor: Visitor) -> None:
    _journal(visitor, "nulle-part", status=404)


def test_a_line_leads_to_what_it_speaks_of_once_everyone_reads_it(visitor: Visitor) -> None:
    desk = Desk()
    contribution = desk.contribution("Un besoin")
    proposal = desk.proposal("Un agenda")
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
    moderator = Visitor(visitor.app).sign_in(desk.moderator)
    address = f"/consultations/{desk.slug}/propositions/{proposal.number}"
    assert address not in _journal(moderator, desk.slug).links().values()
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    page = _journal(visitor, desk.slug)
    assert address in page.links().values()
    link = next(words for words, url in page.links().items() if url == address)
    assert page.click(link).heading == "Un agenda"


def test_the_journal_is_read_by_subject_and_by_day(visitor: Visitor) -> None:
    consultation = factories.consultation(slug="essai")
    submit(consultation, factories.agent_of("22113"))
    today = clock.in_paris(clock.now()).date()
    path = "/consultations/essai/journal"

    def read_with(**asked: object) -> list[str]:
        return _sentences(visitor.get(path, query=asked))

    (deposit,) = read_with(sujet="contributions")
    assert "a été déposée" in deposit
    assert not any("déposée" in line for line in read_with(sujet="calendrier-et-regles"))
    assert deposit in read_with(du=today, au=today)
    assert read_with(au=today - timedelta(days=1)) == []
    assert deposit in read_with(sujet="inconnu", du="31/02/2021")
