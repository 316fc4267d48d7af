"""A committee at its second table: a consultation whose services are being chosen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select

from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Context
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase, Step
from app.territories.models import Territory
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal, proposal_contribution
from delivery.services.models import Service
from delivery.services.operations import choose_service
from delivery.services.publication.operations import publish_services
from funding.envelope.models import Envelope, LedgerLine
from funding.envelope.operations import set_envelope
from tests.support import factories
from tests.support.moderation_desk import Desk, plain

EURO = 100


def bare(sentence: str) -> str:
    """A sentence with ordinary spaces, those of its figures included, to compare."""
    return plain(sentence).replace("\u202f", " ")


def envelope(
    consultation: Consultation, euros: int = 1_000_000, *, usual_share: int = 50
) -> Envelope:
    """The envelope of a consultation, in euros."""
    with transaction():
        return set_envelope(
            consultation,
            total_cents=euros * EURO,
            usual_share=usual_share,
            ctx=factories.acting(factories.administrator(), consultation),
        )


def kept(consultation: Consultation) -> tuple[int, int]:
    """What the envelope says is committed, and what its ledger comes to, in cents.

    What is left is the sum of every line.
    """
    db.session.rollback()
    found = db.session.scalars(
        select(Envelope).where(Envelope.consultation_id == consultation.id)
    ).one_or_none()
    if found is None:
        return 0, 0
    committed = func.sum(LedgerLine.amount_cents).filter(LedgerLine.purpose_id.is_not(None))
    left, spent = db.session.execute(
        select(func.sum(LedgerLine.amount_cents), func.coalesce(committed, 0)).where(
            LedgerLine.envelope_id == found.id
        )
    ).one()
    assert found.left_cents == left
    return found.committed_cents, -int(spent)


def events(name: str) -> int:
    """How many events of a type are in the journal."""
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == name)
    return db.session.scalar(query) or 0


class Table(Desk):
    """A consultation after its call for interest, with an envelope, and one of its committee."""

    def __init__(
        self, moment: Phase | Step = Step.LAUREATES, *, euros: int | None = 1_000_000
    ) -> None:
        super().__init__(moment)
        self.member: Person = factories.committee_member(self.consultation)
        self.selected: Proposal = factories.selected_proposal(self.consultation)
        if euros is not None:
            envelope(self.consultation, euros)
        self.base = f"/consultations/{self.slug}"

    @property
    def seat(self) -> Context:
        """The context of the member of the committee."""
        return factories.acting(self.member, self.consultation)

    def drawable(
        self,
        title: str = "",
        *,
        joins: Proposal | None = None,
        author: Person | None = None,
        place: Territory | None = None,
        organisation: str = "",
    ) -> Contribution:
        """A contribution grouped into the selected proposal, or another."""
        made = self.contribution(title, author=author, place=place)
        with transaction():
            made.organisation = organisation
        self.join(made, joins or self.selected)
        return made

    def join(self, contribution: Contribution, proposal: Proposal) -> None:
        with transaction():
            db.session.execute(
                insert(proposal_contribution),
                [{"proposal_id": proposal.id, "contribution_id": contribution.id}],
            )

    def terms(self, **changed: Any) -> dict[str, Any]:
        """What is chosen of a service, in the words of the operations."""
        said: dict[str, Any] = {
            "proposal": self.selected,
            "name": "Agenda partagé",
            "description": "Un agenda.",
            "carrier_organisation": "Association des agendas",
            "total_cents": 100_000 * EURO,
            "state_cents": 50_000 * EURO,
            "note": "",
        }
        return {**said, **changed}

    def choose(self, contribution: Contribution | None = None, **changed: Any) -> Service:
        with transaction():
            return choose_service(
                contribution or self.drawable(), **self.terms(**changed), ctx=self.seat
            )

    def publish(self) -> None:
        with transaction():
            publish_services(
                db.session.get_one(Consultation, self.id),
                ctx=factories.acting(self.moderator, self.consultation),
            )
