"""Answer the calls for interest as people do, through their pages."""

from __future__ import annotations

from sqlalchemy import func, select

from app.calendar.models import Consultation
from app.db import db
from app.journal.models import JournalEvent
from consultation.proposals.models import Proposal
from tests.support.strict_browser import Page, Visitor
from voting.ami.models import Participation

REFER, JOIN = "Devenir territoire référent", "Rejoindre le groupe de travail"
SWITCH, LEAVE = "Passer au groupe de travail", "Se retirer"
ACTS = ("referent", "groupe-de-travail", "retrait")


def calls_page(visitor: Visitor, consultation: Consultation) -> Page:
    return visitor.get(f"/consultations/{consultation.slug}/ami")


def call_path(proposal: Proposal) -> str:
    consultation = db.session.get_one(Consultation, proposal.consultation_id)
    return f"/consultations/{consultation.slug}/ami/{proposal.number}"


def call_page(visitor: Visitor, proposal: Proposal) -> Page:
    return visitor.get(call_path(proposal))


def send(visitor: Visitor, proposal: Proposal, act: str, said: object, status: int | None) -> Page:
    """An act sent without the button that offers it."""
    # Signed in, that is the form to sign out.
    field = visitor.get("/connexion").soup.select_one("input[name=csrf_token]")
    assert field is not None
    sent = {"territory": str(said), "csrf_token": str(field["value"])}
    return visitor.post(f"{call_path(proposal)}/{act}", sent, status=status)


def buttons(page: Page) -> list[str]:
    """What one may do on a call's page, in short."""
    found = [" ".join(b.get_text(" ").split()) for b in page.soup.select("main form button")]
    return [name for name in (REFER, JOIN, SWITCH, LEAVE) if any(name in b for b in found)]


def figures(page: Page) -> list[str]:
    return [
        " ".join(f"{pair.dd.get_text()} {pair.dt.get_text()}".split())
        for pair in page.soup.select("main dl > div")
        if pair.dd and pair.dt
    ]


def count(model: type[Participation | JournalEvent]) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(model)
    if model is JournalEvent:
        query = query.where(JournalEvent.subject_type == "participation")
    return db.session.scalar(query) or 0
