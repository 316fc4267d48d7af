"""Reads of the committee: the ranking, the file of a proposal, what is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.calendar.models import Consultation
from app.calendar.publications.queries import is_published
from app.db import db
from app.errors import N_
from app.gate.actors import Role, TerritoryKind
from app.identity.models import Appointment, Person
from app.phases import PublicationKind
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind
from consultation.proposals.models import Maturity, Proposal, Stage, proposal_contribution
from voting.copil.models import Verdict
from voting.copil.ranking import Candidate, Order, Rank, in_order, ranked
from voting.copil.rules import Tally, tally
from voting.supports.models import Support


class State(StrEnum):
    """Which part of the ranking one looks at."""

    ALL = "toutes"
    UNDECIDED = "a-decider"
    SELECTED = "retenues"
    DEFERRED = "differees"
    DECLINED = "non-retenues"

    @property
    def label(self) -> str:
        return _STATES[self][0]

    def includes(self, stage: Stage | None) -> bool:
        """Whether a proposal decided so, or not yet when None, is in this part."""
        return self is State.ALL or _STATES[self][1] is stage


_STATES = {
    State.ALL: (N_("Toutes"), None),
    State.UNDECIDED: (N_("À décider"), None),
    State.SELECTED: (N_("Retenues"), Stage.SELECTED),
    State.DEFERRED: (N_("Différées"), Stage.DEFERRED),
    State.DECLINED: (N_("Non retenues"), Stage.DECLINED),
}


@dataclass(frozen=True)
class Filters:
    """What one reads of the ranking, and in which order; the ranks stay those among all."""

    state: State = State.ALL
    theme_id: UUID | None = None
    order: Order = Order.OVERALL


@dataclass(frozen=True)
class RankedProposal:
    """A published proposal with what it gathers, its ranks, and the verdict if there is one.

    `needs` and `services` count the contributions of each kind that it gathers.
    """

    proposal: Proposal
    verdict: Verdict | None
    needs: int
    services: int
    rank: Rank

    @property
    def number(self) -> int:
        return self.proposal.number

    @property
    def stage(self) -> Stage | None:
        return self.verdict.stage if self.verdict else None

    @property
    def maturity(self) -> Maturity | None:
        level = self.proposal.maturity
        return None if level is None else Maturity(level)


@dataclass(frozen=True)
class Ranking:
    """Every published proposal of a consultation, from the first to the last overall."""

    lines: Sequence[RankedProposal] = ()

    @property
    def tally(self) -> Tally:
        return tally(line.stage for line in self.lines)

    def numbered(self, number: int) -> RankedProposal | None:
        return next((line for line in self.lines if line.number == number), None)

    def read(self, filters: Filters, *, keeping: int | None = None) -> list[RankedProposal]:
        """The lines that fit, in the order asked; the one numbered `keeping` in any case."""
        by_number = {line.number: line for line in self.lines}
        read = [by_number[r.number] for r in in_order((x.rank for x in self.lines), filters.order)]
        return [line for line in read if line.number == keeping or _fits(line, filters)]


def _fits(line: RankedProposal, filters: Filters) -> bool:
    themed = filters.theme_id is None or line.proposal.theme_id == filters.theme_id
    return themed and filters.state.includes(line.stage)


def ranking(consultation_id: UUID) -> Ranking:
    """The published proposals ranked by supports, read from their counter, and by maturity."""
    gathered = (
        select(
            proposal_contribution.c.proposal_id,
            func.count().filter(Contribution.kind == Kind.NEED).label("needs"),
            func.count().filter(Contribution.kind == Kind.SERVICE).label("services"),
        )
        .join(Contribution, Contribution.id == proposal_contribution.c.contribution_id)
        .where(Contribution.consultation_id == consultation_id)
        .group_by(proposal_contribution.c.proposal_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Proposal,
            Verdict,
            func.coalesce(gathered.c.needs, 0),
            func.coalesce(gathered.c.services, 0),
        )
        .outerjoin(Verdict, Verdict.proposal_id == Proposal.id)
        .outerjoin(gathered, gathered.c.proposal_id == Proposal.id)
        .options(joinedload(Proposal.theme))
        .where(Proposal.consultation_id == consultation_id, Proposal.stage != Stage.WRITTEN)
        .execution_options(populate_existing=True)
    ).all()
    ranks = {
        rank.number: rank
        for rank in ranked([Candidate(p.number, p.supports_count, p.maturity) for p, *_ in rows])
    }
    lines = [
        RankedProposal(proposal, verdict, needs, services, ranks[proposal.number])
        for proposal, verdict, needs, services in rows
    ]
    return Ranking(sorted(lines, key=lambda line: line.rank.position))


def supports_by_kind(proposal_id: UUID) -> list[tuple[TerritoryKind, int]]:
    """How many territories of each kind support a proposal, the most numerous kind first."""
    counted = func.count()
    rows = db.session.execute(
        select(Territory.kind, counted)
        .join(Support, Support.territory_id == Territory.id)
        .where(Support.proposal_id == proposal_id, Support.withdrawn_at.is_(None))
        .group_by(Territory.kind)
        .order_by(counted.desc(), Territory.kind)
    )
    return [(kind, count) for kind, count in rows]


def verdict_of(proposal_id: UUID) -> Verdict | None:
    """What the committee decided of a proposal, read again from the database."""
    return db.session.scalar(
        select(Verdict)
        .where(Verdict.proposal_id == proposal_id)
        .execution_options(populate_existing=True)
    )


def public_ranking(consultation_id: UUID) -> Ranking:
    """What the committee decided, for everyone: empty until its selection is published."""
    published = select(is_published(PublicationKind.SELECTION, Consultation.id)).where(
        Consultation.id == consultation_id
    )
    return ranking(consultation_id) if db.session.scalar(published) else Ranking()


def organisations_sitting(consultation_id: UUID, instant: datetime) -> Sequence[str]:
    """The organisations that sat on the committee at an instant, by name; nobody's name."""
    return db.session.scalars(
        _seats(consultation_id)
        .with_only_columns(Appointment.organisation)
        .where(
            Appointment.granted_at <= instant,
            Appointment.ended_at.is_(None) | (Appointment.ended_at > instant),
        )
        .group_by(Appointment.organisation)
        .order_by(func.lower(func.unaccent(Appointment.organisation)))
    ).all()


def members(consultation_id: UUID) -> Sequence[Appointment]:
    """The current members of the committee with the people themselves, by organisation."""
    return db.session.scalars(
        _seats(consultation_id)
        .join(Person, Person.id == Appointment.person_id)
        .options(joinedload(Appointment.person))
        .where(Appointment.ended_at.is_(None))
        .order_by(
            func.lower(func.unaccent(Appointment.organisation)), Person.full_name, Person.email
        )
    ).all()


def member(consultation_id: UUID, appointment_id: UUID) -> Appointment | None:
    """An appointment to this committee, current or ended."""
    return db.session.scalar(_seats(consultation_id).where(Appointment.id == appointment_id))


def _seats(consultation_id: UUID) -> Select[Appointment]:
    return select(Appointment).where(
        Appointment.role == Role.COPIL, Appointment.consultation_id == consultation_id
    )


@dataclass(frozen=True)
class Recipient:
    """An author to send an e-mail to: their address, and the decisions with their contributions.

    `decisions` maps a proposal and its verdict to the contributions of the author it gathers.
    """

    address: str
    decisions: dict[tuple[Proposal, Verdict], list[Contribution]] = field(default_factory=dict)


def recipients(consultation_id: UUID) -> list[Recipient]:
    """The authors whose contributions the decided proposals gather, by proposal number."""
    rows = db.session.execute(
        select(Person.email, Proposal, Verdict, Contribution)
        .select_from(Verdict)
        .join(Proposal, Proposal.id == Verdict.proposal_id)
        .join(proposal_contribution, proposal_contribution.c.proposal_id == Proposal.id)
        .join(Contribution, Contribution.id == proposal_contribution.c.contribution_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(Proposal.consultation_id == consultation_id)
        .order_by(Proposal.number, Contribution.number)
    )
    by_address: dict[str, Recipient] = {}
    for address, proposal, verdict, contribution in rows:
        decisions = by_address.setdefault(address, Recipient(address)).decisions
        decisions.setdefault((proposal, verdict), []).append(contribution)
    return list(by_address.values())


def count_recipients(consultation_id: UUID) -> int:
    """How many people will receive what becomes of the proposals their contributions joined."""
    return db.session.scalars(
        select(func.count(Contribution.author_id.distinct()))
        .join(proposal_contribution, proposal_contribution.c.contribution_id == Contribution.id)
        .join(Proposal, Proposal.id == proposal_contribution.c.proposal_id)
        .where(Proposal.consultation_id == consultation_id, Proposal.stage != Stage.WRITTEN)
    ).one()


def by_stage(lines: Sequence[RankedProposal]) -> Mapping[Stage, list[RankedProposal]]:
    """The lines under what was decided of them, in the order given."""
    found: dict[Stage, list[RankedProposal]] = {}
    for line in lines:
        if line.stage is not None:
            found.setdefault(line.stage, []).append(line)
    return found
