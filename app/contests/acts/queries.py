"""What a contested right did in a territory's name, wherever it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, false, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from app.authority.memberships.models import Membership
from app.authority.memberships.queries import awaits_moderators
from app.calendar.models import Consultation
from app.calendar.publications.queries import is_published
from app.contests.models import Contest
from app.contests.queries import (
    reaches,
    retained,
    retained_contests,
)
from app.db import db
from app.paging import Page
from app.phases import PublicationKind
from consultation.contributions.models import Contribution, contribution_place
from consultation.proposals.models import Proposal
from consultation.triage.models import Outcome
from voting.ami.models import Participation
from voting.supports.models import Support


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
    reach = reaches()
    supports = db.session.execute(
        select(Support, Consultation.slug)
        .join(reach, reach.c.territory_id == Support.territory_id)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Support.proposal))
        .where(reach.c.contest_id == contest.id, _supports(reach))
        .order_by(Support.given_at)
    ).all()
    participations = db.session.execute(
        select(Participation, Consultation.slug)
        .join(reach, reach.c.territory_id == Participation.territory_id)
        .join(Proposal, Proposal.id == Participation.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Participation.proposal))
        .where(reach.c.contest_id == contest.id, _participations(reach))
        .order_by(Participation.joined_at)
    ).all()
    rows = db.session.execute(
        select(
            Contribution,
            Consultation.slug,
            Outcome.contribution_id.is_not(None),
            is_published(PublicationKind.PROPOSALS, Consultation.id),
        )
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(reach, reach.c.territory_id == contribution_place.c.territory_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(reach.c.contest_id == contest.id, _contributions(reach))
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
    reach = reaches()
    of_it = reach.c.contest_id == Contest.id
    here = reach.c.territory_id
    found = [
        select(Support.id).where(here == Support.territory_id, _supports(reach)),
        select(Participation.id).where(here == Participation.territory_id, _participations(reach)),
        select(Contribution.id)
        .join(contribution_place, contribution_place.c.contribution_id == Contribution.id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(
            here == contribution_place.c.territory_id,
            _contributions(reach),
            not_(is_published(PublicationKind.PROPOSALS, Consultation.id)),
        ),
    ]
    acts = [each.correlate(Contest, reach).exists() for each in found]
    return select(here).where(of_it, or_(*acts)).exists()


def _supports(reach: Subquery) -> ColumnElement[bool]:
    """What a right gave that stands, or withdrew of others', which nothing has replaced since."""
    other = aliased(Support)
    replaced = select(other.id).where(
        other.proposal_id == Support.proposal_id,
        other.territory_id == Support.territory_id,
        other.withdrawn_at.is_(None),
    )
    return _judged(
        _did(reach, Support.given_by_id, Support.mandate_id, Support.given_at),
        _did(reach, Support.withdrawn_by_id, Support.withdrawal_mandate_id, Support.withdrawn_at),
        Support.withdrawn_at,
        replaced.correlate(Support).exists(),
    )


def _participations(reach: Subquery) -> ColumnElement[bool]:
    other = aliased(Participation)
    replaced = select(other.id).where(
        other.proposal_id == Participation.proposal_id,
        other.territory_id == Participation.territory_id,
        other.left_at.is_(None),
    )
    act = Participation
    return _judged(
        _did(reach, act.joined_by_id, act.mandate_id, act.joined_at),
        _did(reach, act.left_by_id, act.leave_mandate_id, act.left_at),
        act.left_at,
        replaced.correlate(Participation).exists(),
    )


def _contributions(reach: Subquery) -> ColumnElement[bool]:
    """The same of contributions: withdrawn, they come back until the proposals are published."""
    act = Contribution
    return and_(
        act.submitted_at.is_not(None),
        _judged(
            _did(reach, act.author_id, act.mandate_id, act.submitted_at),
            _did(reach, act.withdrawn_by_id, act.withdrawal_mandate_id, act.withdrawn_at),
            act.withdrawn_at,
            is_published(PublicationKind.PROPOSALS, Consultation.id),
        ),
    )


def _judged(
    gave: ColumnElement[bool],
    withdrew: ColumnElement[bool],
    withdrawn_at: InstrumentedAttribute[datetime | None],
    settled: ColumnElement[bool],
) -> ColumnElement[bool]:
    undone = and_(withdrawn_at.is_not(None), withdrew, not_(gave), not_(settled))
    return or_(and_(withdrawn_at.is_(None), gave), undone)


def _did(
    reach: Subquery,
    person: InstrumentedAttribute[UUID | None],
    mandate: InstrumentedAttribute[UUID | None],
    at: InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """What is true of an act of the contested right, as `rules.Reach.covers` says.

    Always true or false, for it is denied as well: an act nobody is known to have done is no one's.
    """
    right = reach.c
    by_mandate = and_(right.mandate_id.is_not(None), mandate == right.mandate_id)
    own = and_(
        right.mandate_id.is_(None),
        mandate.is_(None),
        person == right.person_id,
        or_(right.after.is_(None), right.after < at),
        or_(right.until.is_(None), at <= right.until),
    )
    return func.coalesce(or_(by_mandate, own), false())


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
