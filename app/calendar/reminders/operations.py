"""A reminder is asked for, given up, and sent once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert

from app.calendar.models import Consultation
from app.calendar.reminders.models import Reminder
from app.calendar.reminders.queries import Closing
from app.db import db
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import ASK_REMINDER
from app.phases import Phase


def ask_reminder(consultation: Consultation, *, phase: Phase, ctx: Context) -> None:
    """Ask to be reminded before a phase closes. Raises NotAllowed. Asking twice changes nothing."""
    check(ctx, ASK_REMINDER, within=consultation.id)
    db.session.execute(
        insert(Reminder)
        .values(
            id=uuid4(),
            consultation_id=consultation.id,
            phase=phase,
            person_id=ctx.actor.person_id,
            asked_at=ctx.instant,
        )
        .on_conflict_do_update(
            index_elements=[Reminder.consultation_id, Reminder.phase, Reminder.person_id],
            set_={"asked_at": ctx.instant},
            where=Reminder.asked_at.is_(None),
        )
    )


def give_up_reminder(consultation: Consultation, *, phase: Phase, ctx: Context) -> None:
    """Ask no longer to be reminded before a phase closes. Raises NotAllowed."""
    check(ctx, ASK_REMINDER, within=consultation.id)
    db.session.execute(
        update(Reminder)
        .where(
            Reminder.consultation_id == consultation.id,
            Reminder.phase == phase,
            Reminder.person_id == ctx.actor.person_id,
        )
        .values(asked_at=None)
    )


def take_unreminded(closing: Closing, person_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those of these people who were not reminded of this close yet: from now on they were.

    Two workers at once never take the same person.
    """
    if not person_ids:
        return []
    at = closing.window.closes_at
    rows = [
        {
            "id": uuid4(),
            "consultation_id": closing.consultation.id,
            "phase": closing.window.phase,
            "person_id": person_id,
            "sent_for": at,
        }
        for person_id in sorted(person_ids)
    ]
    return (
        db.session.execute(
            insert(Reminder)
            .on_conflict_do_update(
                index_elements=[Reminder.consultation_id, Reminder.phase, Reminder.person_id],
                set_={"sent_for": at},
                where=or_(Reminder.sent_for.is_(None), Reminder.sent_for != at),
            )
            .returning(Reminder.person_id),
            rows,
        )
        .scalars()
        .all()
    )
