"""What a contested right did in a territory's name, wherever it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from app.authority.memberships.models import Membership
from app.authority.memberships.queries import awaits_moderators
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.queries import TAKING
from app.calendar.models import Consultation
from app.calendar.publications.queries import is_published
from app.contests.models import Contest
from app.contests.queries import retained, retained_contests
from app.db import db
from app.gate import Effect
from app.paging import Page
from app.phases import PublicationKind
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from consultation.triage.models import Outcome
from voting.ami.models import Participation
from voting.supports.models import Support

# One that is known, or that of a contest.
RightId = UUID | SQLColumnExpression[UUID]


@dataclass(frozen=True)
class Deposit:
    """A contribution, and whether the triage is what decides of it from now on.

    `triaged`: it has an outcome; `published`: so have all, for everyone.
    """

    contribution: Contribution
    slug: str
    triaged: bool
    published: bool


@dataclass(frozen=True)
class Acts:
    """Some acts done in a territory's name, each with the consultation's slug."""

    supports: Sequence[tuple[Support, str]]
    participations: Sequence[tuple[Participation, str]]
    deposits: Sequence[Deposit]

    def __bool__(self) -> bool:
        return bool(self.supports or self.participations or self.deposits)


@dataclass(frozen=True)
class Record:
    """What a contested right did: what it gave that still stands, what it withdrew of others'."""

    done: Acts
    undone: Acts


def record_of(contest: Contest) -> Record:
    """What a contested right did and may be undone, by date."""
    right = contest.right_id
    supports = db.session.execute(
        select(Support, Consultation.slug)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Support.proposal))
        .where(Support.id.in_(_changed_by(right)), _supports(right))
        .order_by(Support.given_at)
    ).all()
    participations = db.session.execute(
        select(Participation, Consultation.slug)
        .join(Proposal, Proposal.id == Participation.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Participation.proposal))
        .where(Participation.id.in_(_changed_by(right)), _participations(right))
        .order_by(Participation.joined_at)
    ).all()
    rows = db.session.execute(
        select(
            Contribution,
            Consultation.slug,
            Outcome.contribution_id.is_not(None),
            is_published(PublicationKind.PROPOSALS, Consultation.id),
        )
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(Contribution.id.in_(_changed_by(right)), _contributions(right))
        .order_by(Contribution.submitted_at)
    ).all()
    deposits = [Deposit(*row) for row in rows]
    return Record(
        done=Acts(
            [(act, slug) for act, slug in supports if act.withdrawn_at is None],
            [(act, slug) for act, slug in participations if act.left_at is None],
            [each for each in deposits if each.contribution.withdrawn_at is None],
        ),
        undone=Acts(
            [(act, slug) for act, slug in supports if act.withdrawn_at is not None],
            [(act, slug) for act, slug in participations if act.left_at is not None],
            [each for each in deposits if each.contribution.withdrawn_at is not None],
        ),
    )


def contests_to_judge(page: int = 1) -> Page[Contest]:
    """The contests that ended a right, of which some act may still be undone, the latest first."""
    return retained_contests(_still_to_judge(), page)


@dataclass(frozen=True)
class Desk:
    """How much awaits the moderators: requests, contests, ended rights of which acts remain."""

    requests: int
    contests: int
    judged: int


def desk_counts() -> list[ScalarSelect[int]]:
    """The fields of `Desk`, for a statement: what awaits the moderators of the whole platform."""
    counts = [
        select(func.count()).select_from(Membership).where(awaits_moderators()),
        select(func.count()).select_from(Contest).where(Contest.decided_at.is_(None)),
        select(func.count()).select_from(Contest).where(*retained(_still_to_judge())),
    ]
    return [each.scalar_subquery() for each in counts]


def desk() -> Desk:
    """What awaits the moderators of the whole platform, in one statement."""
    requests, contests, judged = desk_counts()
    return Desk(*db.session.execute(select(requests, contests, judged)).one())


def _still_to_judge() -> ColumnElement[bool]:
    """Whether something a contested right did stands still, or may be restored."""
    right = Contest.right_id
    unpublished = not_(is_published(PublicationKind.PROPOSALS, Consultation.id))
    found = [
        select(Support.id).where(Support.id.in_(_changed_by(right)), _supports(right)),
        select(Participation.id).where(
            Participation.id.in_(_changed_by(right)), _participations(right)
        ),
        select(Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(Contribution.id.in_(_changed_by(right)), _contributions(right), unpublished),
    ]
    return or_(*(each.correlate(Contest).exists() for each in found))


def _changed_by(right: RightId) -> Select[UUID | None]:
    """What a right gave or withdrew."""
    changed = select(Act.subject_id).where(Act.right_id == right, Act.effect.is_not(None))
    return changed.correlate_except(Act)


def _supports(right: RightId) -> ColumnElement[bool]:
    """What a right gave that stands, or withdrew of others', which nothing has replaced since."""
    other = aliased(Support)
    replaced = select(other.id).where(
        other.proposal_id == Support.proposal_id,
        other.territory_id == Support.territory_id,
        other.withdrawn_at.is_(None),
    )
    return _judged(right, Support.id, Support.withdrawn_at, replaced.correlate(Support).exists())


def _participations(right: RightId) -> ColumnElement[bool]:
    other = aliased(Participation)
    replaced = select(other.id).where(
        other.proposal_id == Participation.proposal_id,
        other.territory_id == Participation.territory_id,
        other.left_at.is_(None),
    )
    return _judged(
        right, Participation.id, Participation.left_at, replaced.correlate(Participation).exists()
    )


def _contributions(right: RightId) -> ColumnElement[bool]:
    """The same of contributions: withdrawn, they come back until the proposals are published."""
    published = is_published(PublicationKind.PROPOSALS, Consultation.id)
    return _judged(right, Contribution.id, Contribution.withdrawn_at, published)


def _judged(
    right: RightId,
    subject: InstrumentedAttribute[UUID],
    withdrawn_at: InstrumentedAttribute[datetime | None],
    settled: ColumnElement[bool],
) -> ColumnElement[bool]:
    act, last = aliased(Act), aliased(Act)
    gave = (
        select(act.id)
        .where(act.subject_id == subject, act.effect == Effect.GIVES, act.right_id == right)
        .correlate_except(act)
        .exists()
    )
    latest = (
        select(func.max(last.position))
        .where(last.subject_id == subject, last.effect.is_not(None))
        .correlate_except(last)
    )
    withdrew = (
        select(act.id)
        .where(
            act.position == latest.scalar_subquery(),
            act.effect.in_(TAKING),
            act.right_id == right,
        )
        .correlate_except(act)
        .exists()
    )
    undone = and_(withdrawn_at.is_not(None), withdrew, not_(gave), not_(settled))
    return or_(and_(withdrawn_at.is_(None), gave), undone)


def support(support_id: UUID) -> Support | None:
    """A support with its proposal and territory, to judge it."""
    return db.session.scalar(
        select(Support)
        .options(joinedload(Support.proposal), joinedload(Support.territory))
        .where(Support.id == support_id)
    )


def participation(participation_id: UUID) -> Participation | None:
    """A part taken, with its proposal and territory, to judge it."""
    return db.session.scalar(
        select(Participation)
        .options(joinedload(Participation.proposal), joinedload(Participation.territory))
        .where(Participation.id == participation_id)
    )


def contribution(contribution_id: UUID) -> Contribution | None:
    """A contribution that was deposited, with its places, to judge it."""
    return db.session.scalar(
        select(Contribution)
        .options(selectinload(Contribution.places))
        .where(Contribution.id == contribution_id, Contribution.number.is_not(None))
    )
