"""Reads about what is done by mandates, and about the alerts it raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.db import db
from app.gate import Role
from app.identity.models import Appointment, Person
from app.territories.mandates.models import Mandate, MandateAlert, MandateUse
from app.territories.mandates.rules import SURGE_QUIET, SURGE_SPAN

ALERTS_PAGE_SIZE = 10
# Of each alert, the acts its page shows; it says how many there are in all.
ACTS_SHOWN = 100


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


@dataclass(frozen=True)
class WatchPage:
    """One page of alerts; `total` counts them all."""

    items: Sequence[Watched]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // ALERTS_PAGE_SIZE)


def alerts(consultation_id: UUID, page: int = 1) -> WatchPage:
    """The alerts of a consultation, those nobody has seen first, then the latest.

    Each with what its person did from the first act that counted until another could be raised.
    """
    here = MandateAlert.consultation_id == consultation_id
    total = db.session.scalar(select(func.count(MandateAlert.id)).where(here)) or 0
    found = db.session.scalars(
        select(MandateAlert)
        .options(joinedload(MandateAlert.person))
        .where(here)
        .order_by(MandateAlert.seen_at.is_not(None), MandateAlert.raised_at.desc())
        .limit(ALERTS_PAGE_SIZE)
        .offset((page - 1) * ALERTS_PAGE_SIZE)
    ).all()
    uses, acts = _around([alert.id for alert in found])
    items = [Watched(alert, uses.get(alert.id, []), acts.get(alert.id, 0)) for alert in found]
    return WatchPage(items, total, page)


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


def alert(alert_id: UUID, consultation_id: UUID) -> MandateAlert | None:
    """An alert of a consultation."""
    return db.session.scalar(
        select(MandateAlert).where(
            MandateAlert.id == alert_id, MandateAlert.consultation_id == consultation_id
        )
    )
