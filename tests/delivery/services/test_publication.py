"""The services become public all at once, and their contributions' authors learn it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.db import db
from app.errors import Conflict, NotAllowed, NotFound, PhaseClosed
from app.journal.events import Disclosure
from app.journal.queries import entries
from app.journal.rules import Disclosed
from app.phases import Phase, PublicationKind
from delivery.services.publication.operations import publish_services
from delivery.services.queries import count_recipients
from tests.support import factories
from tests.support.publications import published_at
from tests.support.service_choice import EURO, Table, bare, events
from tests.support.strict_browser import Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")


def _published_at(table: Table) -> object:
    return published_at(table.id, PublicationKind.SERVICES)


def test_publishing_is_dated_and_journaled_once_per_service() -> None:
    table = Table()
    table.choose()
    table.choose()
    table.publish()
    first = _published_at(table)
    assert first is not None
    table.publish()
    assert (_published_at(table), events("ServicePublished")) == (first, 2)


def test_it_takes_a_moderator_the_close_and_a_service() -> None:
    table = Table()
    with pytest.raises(Conflict, match="aucun service"):
        table.publish()
    table.choose()
    elsewhere = Table()
    for who in (table.member, elsewhere.member, factories.administrator(), factories.person()):
        with pytest.raises(NotAllowed):
            publish_services(table.consultation, ctx=factories.acting(who, table.consultation))
    with pytest.raises(NotFound):
        publish_services(
            table.consultation, ctx=factories.acting(elsewhere.moderator, elsewhere.consultation)
        )
    with pytest.raises(PhaseClosed):
        Table(Phase.AMI).publish()
    db.session.rollback()
    assert _published_at(table) is None


def test_nothing_chosen_is_in_the_public_journal_before_then(visitor: Visitor) -> None:
    table = Table()
    service = table.choose(name="Palimpseste")
    table.choose(name="Palimpseste bis")
    assert service.number == 1
    disclosed: set[Disclosed] = {
        Disclosure.AT_ONCE,
        PublicationKind.PROPOSALS,
        PublicationKind.SELECTION,
    }
    lines = [bare(entry.sentence) for entry in entries(table.id, disclosures=disclosed).items]
    assert not [line for line in lines if "Palimpseste" in line or "engagés" in line]
    page = visitor.get(f"{table.base}/journal")
    assert "Palimpseste" not in page.text
    assert "engagés" not in page.text
    table.publish()
    page = visitor.get(f"{table.base}/journal")
    assert "Le service « Palimpseste », issu de la contribution n° 1, est lauréat" in page.main


def test_each_author_gets_one_message_about_all_their_services(
    app: Flask, sent: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SERVER_NAME", "localhost")
    table = Table()
    ana, bob = factories.person(email="ana@exemple.fr"), factories.person(email="bob@exemple.fr")
    table.choose(table.drawable("Un agenda", author=ana), name="Agenda & plus")
    table.choose(table.drawable("Un plan", author=ana), name="Plan")
    table.choose(table.drawable("Un parc", author=bob), name="Parc", state_cents=13_300 * EURO)
    table.choose(table.drawable("Importée"), name="Sans auteur")
    table.drawable("Non retenue", author=factories.person(email="eve@exemple.fr"))
    assert sent == []
    assert count_recipients(table.id) == 2
    table.publish()
    work()
    messages = {message.to[0]: message for message in sent}
    assert set(messages) == {"ana@exemple.fr", "bob@exemple.fr"}
    assert len(sent) == 2
    assert bare(messages["ana@exemple.fr"].subject) == (
        "Vos contributions donnent lieu à 2 services lauréats"
    )
    body = bare(str(messages["ana@exemple.fr"].body))
    for words in (
        "« Un agenda »",
        "« Agenda & plus »",
        "« Plan »",
        f"/consultations/{table.slug}/services/1",
        "50 000 € de l’État, pour un coût de 100 000 €",
    ):
        assert words in body
    assert "Parc" not in body
    assert "13 300 € de l’État" in bare(str(messages["bob@exemple.fr"].body))


def test_a_moderator_reads_the_recap_then_publishes(app: Flask) -> None:
    table = Table()
    desk = Visitor(app).sign_in(table.moderator)
    path = f"{table.base}/comite/services/publication"
    page = desk.get(path)
    assert "aucun service" in page.main
    assert not page.soup.select("main form")
    table.choose(table.drawable(author=factories.person()), name="Agenda")
    page = desk.get(path)
    assert "1 service devient public" in page.main
    assert "1 auteur apprend" in page.main
    page = page.form(button="Publier").send()
    assert "sont publiés" in page.main
    assert "Agenda" in page.click("Voir le catalogue").main


def test_the_page_is_for_moderators_and_says_what_is_too_early(app: Flask) -> None:
    table, early = Table(), Table(Phase.AMI)
    for who in (table.member, factories.person()):
        Visitor(app).sign_in(who).get(f"{table.base}/comite/services/publication", status=403)
    desk = Visitor(app).sign_in(early.moderator)
    page = desk.get(f"{early.base}/comite/services/publication")
    assert "qu’après la clôture de la phase « Appel à manifestation d’intérêt »" in page.main
