"""The committee's room: a consultation whose supports are closed, its members and proposals."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db, transaction
from app.gate.actors import Context
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase, Step
from consultation.contributions.models import Contribution
from consultation.proposals.models import Maturity, Proposal, Stage, proposal_contribution
from tests.support import factories
from tests.support.moderation_desk import Desk
from voting.copil.models import Verdict
from voting.copil.operations import assess_maturity, decide
from voting.copil.publication.operations import publish_selection
from voting.copil.queries import verdict_of

REASON = "Attendue par de nombreux territoires."


class Room:
    """A consultation at the committee's step by default, a member and a moderator."""

    def __init__(self, phase: Phase | Step = Step.SELECTION) -> None:
        self.desk = Desk(phase)
        self.consultation, self.moderator = self.desk.consultation, self.desk.moderator
        self.slug, self.id = self.desk.slug, self.desk.id
        self.member: Person = factories.committee_member(self.consultation)

    @property
    def path(self) -> str:
        return f"/consultations/{self.slug}/comite"

    @property
    def ctx(self) -> Context:
        """The member's, at this instant."""
        return factories.acting(self.member, self.consultation)

    @property
    def agency(self) -> Context:
        """The moderator's, at this instant."""
        return factories.acting(self.moderator, self.consultation)

    def proposal(
        self,
        title: str = "Partager un agenda",
        *,
        supports: int = 0,
        maturity: Maturity | None = None,
        gathers: tuple[Contribution, ...] = (),
    ) -> Proposal:
        """A published proposal, with so many supports on its counter."""
        made = factories.published_proposal(self.consultation, title)
        with transaction():
            made.supports_count, made.contributions_count = supports, len(gathers)
            made.maturity = None if maturity is None else int(maturity)
            for contribution in gathers:
                db.session.execute(
                    proposal_contribution.insert().values(
                        proposal_id=made.id, contribution_id=contribution.id
                    )
                )
        return made

    def decides(
        self,
        proposal: Proposal,
        stage: Stage = Stage.SELECTED,
        reason: str = REASON,
        replacing: int | None = None,
    ) -> Verdict:
        with transaction():
            return decide(proposal, stage=stage, reason=reason, replacing=replacing, ctx=self.ctx)

    def assesses(self, proposal: Proposal, maturity: Maturity) -> None:
        with transaction():
            assess_maturity(proposal, maturity, ctx=self.agency)

    def publishes(self) -> None:
        with transaction():
            publish_selection(self.consultation, ctx=self.agency)


def decision_of(proposal: Proposal) -> tuple[Stage, str] | None:
    """What is decided of a proposal, as another request reads it."""
    db.session.rollback()
    verdict = verdict_of(proposal.id)
    return (verdict.stage, verdict.reason) if verdict else None


def events(proposal: Proposal) -> list[str]:
    """The types of the journal's events about a proposal, in order."""
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_id == proposal.id)
            .order_by(JournalEvent.subject_version)
        )
    )
