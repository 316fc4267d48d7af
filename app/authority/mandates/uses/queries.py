"""Reads about what is done by mandates, and about the alerts it raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.authority.mandates.models import Mandate, MandateAlert
from app.authority.mandates.rules import SURGE_QUIET, SURGE_SPAN
from app.authority.mandates.uses.rules import Fate
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.queries import last_effect
from app.authority.rights.models import Right, RightKind
from app.db import db
from app.gate.actors import Role
from app.gate.verb import Effect
from app.identity.models import Appointment, Person
from app.paging import Page, cut, page_of

USES_PAGE_SIZE = 20
# On paper, as many as there are: more than anyone reads.
MOST_PRINTED = 1000

ALERTS_PAGE_SIZE = 10
# Of each alert, the acts its page shows; it says how many there are in all.
ACTS_SHOWN = 100
# Of the mandates under way, those its page shows, the latest signed first.
MANDATES_SHOWN = 50


@dataclass(frozen=True)
class Done:
    """An act by a mandate, and what became of it since, when something did."""

    act: Act
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
    done = _done().where(Act.right_id == mandate_id, _NOTIFIED)
    counted = done.with_only_columns(
        func.count(), func.count().filter(_undone()), maintain_column_froms=True
    )
    total, undone = db.session.execute(counted).one()
    size, number = (MOST_PRINTED, 1) if whole else (USES_PAGE_SIZE, page)
    shown = done.options(joinedload(Act.person)).order_by(Act.done_at.desc(), Act.position.desc())
    rows = db.session.execute(cut(shown, number=number, size=size))
    return DonePage(
        items=[_with_fate(*row) for row in rows],
        size=size,
        number=number,
        total=total,
        undone=undone,
    )


def done(act_id: UUID) -> Done:
    """An act by a mandate, and what became of it."""
    return _with_fate(*db.session.execute(_done().where(Act.id == act_id)).one())


def _with_fate(act: Act, fate: str | None, at: datetime | None) -> Done:
    return Done(act, Fate(fate), at) if fate else Done(act, None, None)


# What a territory is sent: exchanging a part for the other is one act, sent for the new part.
_NOTIFIED = Act.effect.is_distinct_from(Effect.REPLACES)
# What is said of an act, by the last that changed its subject.
_last = last_effect()
_FATES = {
    Effect.TAKES_BACK: Fate.WITHDRAWN,
    Effect.ANNULS: Fate.ANNULLED,
    Effect.RESTORES: Fate.RESTORED,
}


def _undone() -> ColumnElement[bool]:
    return and_(Act.effect == Effect.GIVES, _last.c.effect.in_((Effect.TAKES_BACK, Effect.ANNULS)))


def _done() -> Select[Act, str | None, datetime | None]:
    restored = and_(Act.effect == Effect.TAKES_BACK, _last.c.effect == Effect.RESTORES)
    bears = or_(_undone(), restored)
    fate = case(
        *((and_(bears, _last.c.effect == effect), fate.value) for effect, fate in _FATES.items())
    )
    return select(Act, fate, _last.c.done_at).outerjoin(_last, true())


def used(mandate_id: UUID) -> Mandate:
    """The mandate an act relies on, with its territory and consultation."""
    return db.session.execute(
        select(Mandate)
        .options(joinedload(Mandate.territory), joinedload(Mandate.consultation))
        .where(Mandate.id == mandate_id)
    ).scalar_one()


def done_around(act: Act) -> tuple[Sequence[datetime], datetime | None]:
    """When its person acted by mandates in a consultation, about the time an act was done.

    In order, and when they last raised an alert there. What is read is what is committed: acts
    done at once are each looked at again by the job of the last to be.
    """
    last = select(func.max(MandateAlert.raised_at)).where(
        MandateAlert.person_id == act.person_id,
        MandateAlert.consultation_id == act.consultation_id,
    )
    instants = (
        select(Act.done_at)
        .join(Right, Right.id == Act.right_id)
        .where(
            Act.person_id == act.person_id,
            Act.done_at > act.done_at - SURGE_SPAN,
            Act.done_at < act.done_at + SURGE_SPAN,
            Act.consultation_id == act.consultation_id,
            Right.kind == RightKind.MANDATE,
            _NOTIFIED,
        )
        .order_by(Act.done_at)
    )
    return db.session.scalars(instants).all(), db.session.scalar(last)


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
    """An alert, and what its person did by mandates around it, `many` in all.

    Each act with the mandate it was done by, and its territory.
    """

    alert: MandateAlert
    acts: Sequence[tuple[Act, Mandate]]
    many: int


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
    acts, many = _around([alert.id for alert in found.items])
    return found.showing(
        [Watched(alert, acts.get(alert.id, []), many.get(alert.id, 0)) for alert in found.items]
    )


def _around(
    alert_ids: Sequence[UUID],
) -> tuple[dict[UUID, list[tuple[Act, Mandate]]], dict[UUID, int]]:
    ranked = (
        select(
            Act.id,
            MandateAlert.id.label("alert_id"),
            func.count().over(partition_by=MandateAlert.id).label("many"),
            func.row_number()
            .over(partition_by=MandateAlert.id, order_by=(Act.done_at, Act.position))
            .label("rank"),
        )
        .join(Right, Right.id == Act.right_id)
        .join(
            MandateAlert,
            (MandateAlert.person_id == Act.person_id)
            & (MandateAlert.consultation_id == Act.consultation_id)
            & (Act.done_at > MandateAlert.raised_at - SURGE_SPAN)
            & (Act.done_at < MandateAlert.raised_at + SURGE_QUIET),
        )
        .where(MandateAlert.id.in_(alert_ids), Right.kind == RightKind.MANDATE, _NOTIFIED)
        .subquery()
    )
    rows = db.session.execute(
        select(ranked.c.alert_id, ranked.c.many, Act, Mandate)
        .join(Act, Act.id == ranked.c.id)
        .join(Mandate, Mandate.id == Act.right_id)
        .options(joinedload(Mandate.territory))
        .where(ranked.c.rank <= ACTS_SHOWN)
        .order_by(ranked.c.rank)
    )
    acts: dict[UUID, list[tuple[Act, Mandate]]] = {}
    many: dict[UUID, int] = {}
    for alert_id, counted, act, mandate in rows:
        acts.setdefault(alert_id, []).append((act, mandate))
        many[alert_id] = counted
    return acts, many


def under_way(consultation_id: UUID, instant: datetime) -> Sequence[tuple[Mandate, int]]:
    """The mandates of a consultation that last, the latest signed first, and their acts each."""
    acts = (
        select(func.count(Act.id))
        .where(Act.right_id == Mandate.id, _NOTIFIED)
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
    return [(right, many) for right, many in rows]


def alert(alert_id: UUID, consultation_id: UUID) -> MandateAlert | None:
    """An alert of a consultation."""
    return db.session.scalar(
        select(MandateAlert).where(
            MandateAlert.id == alert_id, MandateAlert.consultation_id == consultation_id
        )
    )
