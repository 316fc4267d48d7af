"""A contribution deposited by a right that ended as contested is annulled, until it is triaged."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict
from app.phases import Phase
from consultation.contributions.models import Contribution
from consultation.triage.operations import group, undo
from consultation.triage.publication.operations import publish_proposals
from consultation.triage.queries import conservation
from consultation.triage.rules import Conservation
from tests.support import factories
from tests.support.acts import given_under
from tests.support.contests import (
    HELPER,
    INTRUDER,
    LANNION,
    MAILBOX,
    Case,
    contest,
    decide,
    desk_of,
    happened,
    mandate_for,
    mandate_link,
    membership_link,
    person_at,
    public_journal,
)
from tests.support.contributions import submit
from tests.support.judgements import annul
from tests.support.memberships import received
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

REASON = "Déposée sans droit."


@pytest.mark.parametrize("by", ["membership", "mandate"])
def test_a_contribution_is_annulled_counted_as_withdrawn_and_its_author_informed(
    app: Flask, sent: list[EmailMessage], by: str
) -> None:
    collecting = factories.consultation(phase=Phase.COLLECTION)
    if by == "mandate":
        mandate_for(collecting)
        case = Case(app, HELPER, mandate_link(sent))
    else:
        case = Case(app, MAILBOX, membership_link(app, sent))
    deposited = submit(_again(collecting), person_at(case.email))
    kept = submit(_again(collecting), factories.agent_of(LANNION))
    address = f"/consultations/{collecting.slug}/contributions/{deposited.number}"
    _desk, page = case.ended()
    form = page.click("Annuler cette contribution").form(button="Prononcer")
    form.send(reason=" ", status=422)
    page = form.send(reason="Déposée sans droit.")
    assert "Rien qui tienne encore" in page.main
    form.send(reason="Encore.")
    assert happened("ContributionAnnulled") == 1
    counts = _counts(collecting)
    assert (counts.received, counts.withdrawn, counts.waiting) == (2, 1, 1)
    Visitor(app).get(address, status=410)
    Visitor(app).get(f"/consultations/{collecting.slug}/contributions/{kept.number}")
    author = Visitor(app).sign_in(person_at(case.email))
    assert "annulé cette contribution" in author.get(address).main
    mine = author.get(f"/consultations/{collecting.slug}/contributions/mes-contributions")
    assert "Annulée" in mine.main
    mail = received(sent, case.email)[-1]
    assert "est annulée" in mail.subject
    assert "Déposée sans droit." in mail.body
    journal = public_journal(app, collecting)
    assert f"La contribution n° {deposited.number} est annulée" in journal
    assert "Raison : Déposée sans droit." in journal
    assert INTRUDER not in journal


def _counts(consultation: Consultation) -> Conservation:
    db.session.rollback()
    return conservation(consultation.id)


@dataclass
class Sorted:
    """A contribution of the intruder's at the triage desk, its contest retained."""

    desk: Desk
    contribution: Contribution
    page: Page
    visitor: Visitor

    def counts(self) -> tuple[int, ...]:
        found = _counts(self.desk.consultation)
        whole = (found.withdrawn, found.grouped, found.reoriented, found.rejected, found.waiting)
        assert sum(whole) == found.received
        return whole


@pytest.fixture
def triaged(app: Flask, sent: list[EmailMessage]) -> Sorted:
    link = membership_link(app, sent)
    desk = Desk()
    mine = desk.contribution(author=person_at(MAILBOX), place=factories.territory(LANNION))
    with transaction():
        group(mine, proposals=[desk.proposal("Un agenda")], ctx=desk.ctx)
    contest(app, link)
    moderator = desk_of(app)
    return Sorted(desk, mine, decide(moderator, "end"), moderator)


def test_what_is_triaged_is_undone_there_first(triaged: Sorted) -> None:
    assert "Elle est déjà triée" in triaged.page.main
    assert "Annuler cette contribution" not in triaged.page.main
    detour = triaged.page.click("Ouvrir au tri")
    assert "Un agenda" in detour.main
    assert detour.click("Revenir à la contestation").path == triaged.page.path
    path = f"{triaged.page.path}/actes/{given_under(triaged.contribution.id).id}"
    db.session.rollback()
    form = triaged.visitor.get(path).form(button="Prononcer")
    assert "déjà triée" in form.send(reason=REASON, status=409).main
    assert triaged.counts() == (0, 1, 0, 0, 0)
    with transaction():
        undo(db.session.get_one(Contribution, triaged.contribution.id), ctx=triaged.desk.ctx)
    form.send(reason=REASON)
    assert triaged.counts() == (1, 0, 0, 0, 0)


def test_once_the_proposals_are_published_it_keeps_its_outcome(triaged: Sorted) -> None:
    with transaction():
        publish_proposals(_again(triaged.desk.consultation), ctx=triaged.desk.ctx)
    page = triaged.visitor.get(triaged.page.path)
    assert "Les propositions sont publiées" in page.main
    assert "Annuler cette contribution" not in page.main
    path = f"{triaged.page.path}/actes/{given_under(triaged.contribution.id).id}"
    db.session.rollback()
    answer = triaged.visitor.get(path).form(button="Prononcer").send(reason=REASON, status=409)
    assert "garde ce qui en fut décidé" in answer.main
    assert triaged.counts() == (0, 1, 0, 0, 0)


def test_a_colleague_s_contribution_is_not_annulled(app: Flask, sent: list[EmailMessage]) -> None:
    case = Case(app, MAILBOX, membership_link(app, sent))
    collecting = factories.consultation(phase=Phase.COLLECTION)
    other = submit(collecting, factories.agent_of(LANNION)).id
    case.ended()
    ctx = factories.acting(factories.moderator())
    found = case.read()
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        annul(other, contest=found, reason=REASON, ctx=ctx)


def _again(consultation: Consultation) -> Consultation:
    return db.session.get_one(Consultation, consultation.id)
