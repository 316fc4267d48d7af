"""Contest and decide through the pages and the e-mails, as mailboxes and moderators do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app.authority.mandates.models import Mandate
from app.calendar.models import Consultation
from app.contests.models import Contest
from app.contests.queries import contest as read_contest
from app.contests.queries import waiting_contests
from app.context import context_for
from app.db import db, transaction
from app.gate.actors import Action
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.mandates import mandated
from tests.support.memberships import ask, path_in, received, someone
from tests.support.strict_browser import Page, Visitor
from voting.supports.operations import give_support

MAILBOX = "mairie@lannion.fr"
LINK = "/rattachements/contester/"
DESK = "/moderation/contestations"
INTRUDER = "Paul Intrus"
HELPER = "helene@sictiam.fr"
LANNION = "22113"


def membership_link(app: Flask, sent: list[EmailMessage]) -> str:
    """What the mailbox of Lannion received when an agent who has it was granted."""
    factories.mailbox(MAILBOX, LANNION)
    ask(someone(app, MAILBOX, full_name=INTRUDER))
    return path_in(received(sent, MAILBOX)[-1], LINK)


def mandate_for(
    consultation: Consultation, *, actions: tuple[Action, ...] = tuple(Action)
) -> Mandate:
    """A mandate of Lannion that names one helper of the SICTIAM, signed and sent to the mailbox."""
    factories.mailbox(MAILBOX, LANNION)
    helper = factories.person(email=HELPER, full_name="Hélène Aidante")
    return mandated(helper, factories.territory(LANNION), consultation, actions=actions)


def mandate_link(sent: list[EmailMessage]) -> str:
    return path_in(received(sent, MAILBOX)[-1], LINK)


def contest(app: Flask, link: str, reason: str = "Inconnu ici.") -> Page:
    """Whoever reads the mailbox contests."""
    return Visitor(app).get(link).form(button="Contester").send(reason=reason)


def desk_of(app: Flask) -> Visitor:
    """A moderator at their desk."""
    return Visitor(app).sign_in(factories.moderator())


def decide(desk: Visitor, decision: str, reason: str = "Vérifié auprès de la mairie.") -> Page:
    """Decide the contest of Lannion that waits: uphold or end."""
    page = desk.get(DESK).click("Lannion")
    return page.form(button="Décider").send(decision=decision, reason=reason)


def person_at(email: str) -> Person:
    return db.session.query(Person).filter_by(email=email).one()


def supported(
    email: str, consultation: Consultation | None = None, code: str = LANNION
) -> Proposal:
    """A proposal that someone supports for a territory."""
    consultation = consultation or factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(consultation)
    with transaction():
        give_support(
            proposal,
            on_behalf_of=factories.territory(code),
            ctx=context_for(person_at(email), consultation),
        )
    return proposal


def supports_of(proposal: Proposal) -> int:
    """The present tally of a proposal."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Proposal, proposal.id).supports_count


def happened(kind: str) -> int:
    """How many events of a kind are in the journal."""
    db.session.rollback()
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == kind)
    return db.session.scalar(query) or 0


def public_journal(app: Flask, consultation: Consultation) -> str:
    """What anyone reads in the journal of a consultation."""
    slug = db.session.get_one(Consultation, consultation.id).slug
    return Visitor(app).get(f"/consultations/{slug}/journal").main


@dataclass
class Case:
    """A contest of what acts for Lannion, through the pages: by its membership or its mandate."""

    app: Flask
    email: str
    link: str

    def contested(self) -> Contest:
        contest(self.app, self.link)
        return self.read(waiting_contests()[0].id)

    def ended(self) -> tuple[Visitor, Page]:
        contest(self.app, self.link)
        desk = desk_of(self.app)
        return desk, decide(desk, "end")

    def read(self, contest_id: UUID | None = None) -> Contest:
        db.session.rollback()
        db.session.expire_all()
        found = read_contest(contest_id or db.session.scalars(select(Contest.id)).one())
        assert found is not None
        return found
