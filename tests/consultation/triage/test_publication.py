"""The proposals become public all at once, and each author learns what became of theirs."""

from __future__ import annotations

import os
import time
from uuid import uuid4

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.errors import Conflict, NotAllowed, PhaseClosed
from app.formats import sentence_of
from app.identity.models import Person
from app.journal.events import Disclosure
from app.journal.models import JournalEvent
from app.journal.queries import entries
from app.notifications.models import Outbox
from app.phases import Phase, PublicationKind
from consultation.contributions.models import Contribution, Kind, Status
from consultation.proposals.models import Stage
from consultation.proposals.operations import write_proposal
from consultation.triage.models import Decision
from consultation.triage.operations import group, group_all, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from consultation.triage.queries import count_recipients, outcome_of
from tests.support import factories
from tests.support.moderation_desk import Desk, plain
from tests.support.publications import published_at
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")
# As many as in 2021, or a tenth of them.
CONTRIBUTIONS, PROPOSALS = (476, 67) if os.environ.get("PROOFS") == "full" else (48, 7)


def _refusal(desk: Desk) -> str:
    with pytest.raises(Conflict) as caught:
        publish_proposals(desk.consultation, ctx=desk.ctx)
    db.session.rollback()
    return plain(sentence_of(caught.value))


def test_publishing_is_refused_while_anything_waits_or_gathers_nothing() -> None:
    desk = Desk()
    assert "aucune proposition" in _refusal(desk)
    one, two = desk.contributions(2)
    assert "2 contributions attendent" in _refusal(desk)
    proposal, empty = desk.proposal("Pleine"), desk.proposal("Vide")
    with transaction():
        group(one, proposals=[proposal], ctx=desk.ctx)
    assert "Une contribution attend" in _refusal(desk)
    with transaction():
        reject(two, reason="Hors champ.", ctx=desk.ctx)
    assert "« Vide »" in _refusal(desk)
    three = desk.contribution()
    with transaction():
        group(three, proposals=[empty], ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    assert {proposal.stage, empty.stage} == {Stage.PUBLISHED}


def test_publishing_dates_every_proposal_and_journals_each_once() -> None:
    desk = Desk()
    contributions, proposals = desk.contributions(2), [desk.proposal(), desk.proposal()]
    with transaction():
        group_all(contributions, proposals=proposals, ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    instant = published_at(desk.id, PublicationKind.PROPOSALS)
    assert instant is not None
    assert {proposal.published_at for proposal in proposals} == {instant}
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    assert published_at(desk.id, PublicationKind.PROPOSALS) == instant
    journaled = select(func.count()).where(JournalEvent.type == "ProposalPublished")
    assert db.session.scalars(journaled).one() == 2


def test_what_was_decided_is_shown_to_everyone_only_then() -> None:
    desk = Desk()
    one, two, proposal, scheme = (
        desk.contribution(),
        desk.contribution(),
        desk.proposal(),
        desk.scheme("Aidants Connect"),
    )
    with transaction():
        group(one, proposals=[proposal], ctx=desk.ctx)
        reorient(two, scheme=scheme, reason="Déjà financé.", ctx=desk.ctx)
    assert outcome_of(one) is None
    at_once = entries(desk.id, disclosures={Disclosure.AT_ONCE}).items
    assert not [entry for entry in at_once if "contribution n°" in entry.sentence]
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    grouped, reoriented = outcome_of(one), outcome_of(two)
    assert grouped is not None
    assert reoriented is not None
    assert grouped.proposals == [proposal]
    assert reoriented.outcome.decision is Decision.REORIENTED
    assert reoriented.outcome.scheme is scheme
    assert outcome_of(desk.contribution(status=Status.WITHDRAWN)) is None


def test_triage_must_be_over_and_one_must_be_a_moderator() -> None:
    early = Desk(Phase.COLLECTION)
    with pytest.raises(PhaseClosed):
        publish_proposals(early.consultation, ctx=early.ctx)
    desk = Desk()
    with pytest.raises(NotAllowed):
        publish_proposals(
            desk.consultation, ctx=factories.acting(factories.person(), desk.consultation)
        )


def test_each_author_gets_one_message_about_all_their_contributions(
    app: Flask, sent: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SERVER_NAME", "localhost")
    desk = Desk()
    ana, bob = factories.person(email="ana@exemple.fr"), factories.person(email="bob@exemple.fr")
    grouped, reoriented, rejected = (
        desk.contribution("Du wifi", author=ana),
        desk.contribution("Des ateliers", author=ana),
        desk.contribution("Un rond-point", author=bob),
    )
    imported, withdrawn = (
        desk.contribution("Importée"),
        desk.contribution("Retirée", author=bob, status=Status.WITHDRAWN),
    )
    proposal = desk.proposal("Connecter & relier")
    scheme = desk.scheme("Aidants Connect", contact="Écrivez à l’équipe nationale.")
    with transaction():
        group_all([grouped, imported], proposals=[proposal], ctx=desk.ctx)
        reorient(reoriented, scheme=scheme, reason="Déjà financé.", ctx=desk.ctx)
        reject(rejected, reason="Ce n’est pas un service numérique.", ctx=desk.ctx)
    assert sent == []
    assert count_recipients(desk.id) == 2
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    work()
    messages = {message.to[0]: message for message in sent}
    assert set(messages) == {"ana@exemple.fr", "bob@exemple.fr"}
    assert len(sent) == 2
    body = str(messages["ana@exemple.fr"].body)
    assert messages["ana@exemple.fr"].subject == "Ce que deviennent vos 2 contributions"
    for words in (
        "« Du wifi »",
        "« Connecter & relier »",
        f"/consultations/{desk.slug}/propositions/1",
        "« Des ateliers »",
        "Aidants Connect",
        "Déjà financé.",
        "Écrivez à l’équipe nationale.",
    ):
        assert words in plain(body)
    assert "Un rond-point" not in body
    body = str(messages["bob@exemple.fr"].body)
    assert "Ce n’est pas un service numérique." in body
    assert withdrawn.title not in body


@pytest.mark.proof
def test_hundreds_are_published_and_sent_in_a_few_seconds() -> None:
    desk = Desk()
    now = clock.now()
    authors = [
        Person(id=uuid4(), email=f"auteur{n}@exemple.fr", created_at=now)
        for n in range(CONTRIBUTIONS)
    ]
    with transaction():
        db.session.add_all(authors)
        db.session.flush()
        contributions = [
            Contribution(
                id=uuid4(),
                consultation_id=desk.id,
                number=number,
                kind=Kind.NEED,
                status=Status.SUBMITTED,
                title=f"Besoin {number}",
                author_id=author.id,
                created_at=now,
                updated_at=now,
                submitted_at=now,
            )
            for number, author in enumerate(authors, start=1)
        ]
        db.session.add_all(contributions)
        proposals = [
            write_proposal(desk.consultation, title=f"Proposition {n}", ctx=desk.ctx)
            for n in range(PROPOSALS)
        ]
        for position, proposal in enumerate(proposals):
            group_all(contributions[position::PROPOSALS], proposals=[proposal], ctx=desk.ctx)
    started = time.perf_counter()
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    took = time.perf_counter() - started
    assert db.session.scalars(select(func.count()).select_from(Outbox)).one() == CONTRIBUTIONS
    assert took < 10, f"{took:.1f} s"
