"""Reads about what is done by mandates, and about the alerts it raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.authority.mandates.models import Mandate, MandateAlert, MandateUse
from app.authority.mandates.rules import SURGE_QUIET, SURGE_SPAN
from app.authority.mandates.uses.rules import GIVING, TAKING_BACK, Fate
from app.db import db
from app.gate import Role
from app.identity.models import Appointment, Person
from app.journal.models import JournalEvent
from app.paging import Page, cut, page_of

USES_PAGE_SIZE = 20
# On paper, as many as there are: more than anyone reads.
MOST_PRINTED = 1000

ALERTS_PAGE_SIZE = 10
# Of each alert, the acts its page shows; it says how many there are in all.
ACTS_SHOWN = 100
# Of the mandates under way, those its page shows, the latest signed first.
MANDATES_SHOWN = 50

_FATES = {
    "SupportWithdrawn": Fate.WITHDRAWN,
    "SupportAnnulled": Fate.ANNULLED,
    "SupportRestored": Fate.RESTORED,
    "ParticipationEnded": Fate.WITHDRAWN,
    "ParticipationAnnulled": Fate.ANNULLED,
    "ParticipationRestored": Fate.RESTORED,
    "ContributionWithdrawn": Fate.WITHDRAWN,
    "ContributionAnnulled": Fate.ANNULLED,
    "ContributionRestored": Fate.RESTORED,
}


@dataclass(frozen=True)
class Done:
    """An act by a mandate, and what became of it since, when something did."""

    use: MandateUse
    fate: Fate | None
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DonePage(Page[Done]):
    """Acts by a mandate; `undone` counts those withdrawn or annulled since."""

    undone: int


def uses_of(mandate_id: UUID, page: int = 1, *, whole: bool = False) -> DonePage:
    """What was done by a mandate, by whom, and what became of it, the latest first.

    `whole`: on one page, to be printed.
    """
    done = _done().where(MandateUse.mandate_id == mandate_id)
    counted = done.with_only_columns(
        func.count(), func.count().filter(_undone()), maintain_column_froms=True
    )
    total, undone = db.session.execute(counted).one()
    size, number = (MOST_PRINTED, 1) if whole else (USES_PAGE_SIZE, page)
    shown = done.options(joinedload(MandateUse.person)).order_by(
        MandateUse.done_at.desc(), MandateUse.id
    )
    rows = db.session.execute(cut(shown, number=number, size=size))
    return DonePage(
        items=[_told(*row) for row in rows], size=size, number=number, total=total, undone=undone
    )


def done(use_id: UUID) -> Done:
    """An act by a mandate, and what became of it."""
    return _told(*db.session.execute(_done().where(MandateUse.id == use_id)).one())


def _told(use: MandateUse, fate: str | None, at: datetime | None) -> Done:
    return Done(use, Fate(fate), at) if fate else Done(use, None, None)


# The last word of the journal on what was given, joined to the act that gave it.
_last = (
    select(JournalEvent.type, JournalEvent.recorded_at)
    .where(
        JournalEvent.subject_id == MandateUse.subject_id,
        JournalEvent.type.in_(list(_FATES)),
    )
    .order_by(JournalEvent.subject_version.desc())
    .limit(1)
    .correlate(MandateUse)
    .lateral("last")
)


def _is(*fates: Fate) -> ColumnElement[bool]:
    return _last.c.type.in_([event for event, fate in _FATES.items() if fate in fates])


def _undone() -> ColumnElement[bool]:
    return and_(MandateUse.act.in_(GIVING), _is(Fate.WITHDRAWN, Fate.ANNULLED))


def _done() -> Select[MandateUse, str | None, datetime | None]:
    restored = and_(MandateUse.act.in_(TAKING_BACK), _is(Fate.RESTORED))
    bears = or_(_undone(), restored)
    fate = case(*((and_(bears, _is(fate)), fate.value) for fate in Fate))
    return select(MandateUse, fate, _last.c.recorded_at).outerjoin(_last, true())


def used(mandate_id: UUID) -> Mandate:
    """The mandate an act relies on, with its territory and consultation."""
    return db.session.execute(
        select(Mandate)
        .options(joinedload(Mandate.territory), joinedload(Mandate.consultation))
        .where(Mandate.id == mandate_id)
    ).scalar_one()


def lately(
    person_id: UUID, consultation_id: UUID, instant: datetime
) -> tuple[int, datetime | None]:
    """How much a person did by mandates in a consultation of late, and their last alert there."""
    last = select(func.max(MandateAlert.raised_at)).where(
        MandateAlert.person_id == person_id, MandateAlert.consultation_id == consultation_id
    )
    acts, alerted = db.session.execute(
        select(func.count(MandateUse.id), last.scalar_subquery())
        .join(Mandate, Mandate.id == MandateUse.mandate_id)
        .where(
            MandateUse.person_id == person_id,
            MandateUse.done_at > instant - SURGE_SPAN,
            Mandate.consultation_id == consultation_id,
        )
    ).one()
    return acts, alerted


def moderators(consultation_id: UUID) -> Sequence[Person]:
    """Those who moderate a consultation now."""
    serving = select(Appointment.person_id).where(
        Appointment.role == Role.MODERATOR,
        Appointment.ended_at.is_(None),
        Appointment.consultation_id.is_(None) | (Appointment.consultation_id == consultation_id),
    )
    return db.session.scalars(
        select(Person).where(Person.id.in_(serving)).order_by(Person.email)
    ).all()


@dataclass(frozen=True)
class Watched:
    """An alert, and what its person did by mandates around it, `acts` in all."""

    alert: MandateAlert
    uses: Sequence[MandateUse]
    acts: int


def alerts(consultation_id: UUID, page: int = 1) -> Page[Watched]:
    """The alerts of a consultation, those nobody has seen first, then the latest.

    Each with what its person did from the first act that counted until another could be raised.
    """
    found = page_of(
        select(MandateAlert)
        .options(joinedload(MandateAlert.person))
        .where(MandateAlert.consultation_id == consultation_id)
        .order_by(MandateAlert.seen_at.is_not(None), MandateAlert.raised_at.desc()),
        number=page,
        size=ALERTS_PAGE_SIZE,
    )
    uses, acts = _around([alert.id for alert in found.items])
    return found.showing(
        [Watched(alert, uses.get(alert.id, []), acts.get(alert.id, 0)) for alert in found.items]
    )


def _around(alert_ids: Sequence[UUID]) -> tuple[dict[UUID, list[MandateUse]], dict[UUID, int]]:
    ranked = (
        select(
            MandateUse.id,
            MandateAlert.id.label("alert_id"),
            func.count().over(partition_by=MandateAlert.id).label("acts"),
            func.row_number()
            .over(partition_by=MandateAlert.id, order_by=(MandateUse.done_at, MandateUse.id))
            .label("rank"),
        )
        .join(MandateUse.mandate)
        .join(
            MandateAlert,
            (MandateAlert.person_id == MandateUse.person_id)
            & (MandateAlert.consultation_id == Mandate.consultation_id)
            & (MandateUse.done_at > MandateAlert.raised_at - SURGE_SPAN)
            & (MandateUse.done_at < MandateAlert.raised_at + SURGE_QUIET),
        )
        .where(MandateAlert.id.in_(alert_ids))
        .subquery()
    )
    rows = db.session.execute(
        select(ranked.c.alert_id, ranked.c.acts, MandateUse)
        .join(MandateUse, MandateUse.id == ranked.c.id)
        .join(MandateUse.mandate)
        .options(contains_eager(MandateUse.mandate).joinedload(Mandate.territory))
        .where(ranked.c.rank <= ACTS_SHOWN)
        .order_by(ranked.c.rank)
    )
    uses: dict[UUID, list[MandateUse]] = {}
    acts: dict[UUID, int] = {}
    for alert_id, many, use in rows:
        uses.setdefault(alert_id, []).append(use)
        acts[alert_id] = many
    return uses, acts


def under_way(consultation_id: UUID, instant: datetime) -> Sequence[tuple[Mandate, int]]:
    """The mandates of a consultation that last, the latest signed first, and their acts each."""
    acts = (
        select(func.count(MandateUse.id))
        .where(MandateUse.mandate_id == Mandate.id)
        .correlate(Mandate)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Mandate, acts)
        .options(joinedload(Mandate.territory))
        .where(
            Mandate.consultation_id == consultation_id,
            Mandate.given_at.is_not(None),
            Mandate.ended_at.is_(None),
            Mandate.ends_at > instant,
        )
        .order_by(Mandate.given_at.desc(), Mandate.id)
        .limit(MANDATES_SHOWN)
    )
    return [(held, many) for held, many in rows]


def alert(alert_id: UUID, consultation_id: UUID) -> MandateAlert | None:
    """An alert of a consultation."""
    return db.session.scalar(
        select(MandateAlert).where(
            MandateAlert.id == alert_id, MandateAlert.consultation_id == consultation_id
        )
    )
