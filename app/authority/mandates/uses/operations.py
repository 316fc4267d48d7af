"""Moderators see to those who do much by mandates."""

from __future__ import annotations

from dataclasses import replace

from app.authority.mandates.ends.operations import end_mandate
from app.authority.mandates.models import Mandate, MandateAlert
from app.authority.mandates.queries import lock_mandate
from app.authority.rights.queries import within_scope
from app.calendar.queries import fresh_calendar
from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import WATCH_MANDATES


def mark_seen(alert: MandateAlert, *, ctx: Context) -> MandateAlert:
    """A moderator has looked at an alert. Raises NotAllowed. Seeing it twice changes nothing."""
    ctx = replace(ctx, calendar=fresh_calendar(alert.consultation_id))
    check(ctx, WATCH_MANDATES)
    alert.seen_at = alert.seen_at or ctx.instant
    db.session.flush()
    return alert


def stop_mandate(mandate: Mandate, *, reason: str, ctx: Context) -> Mandate:
    """A moderator ends a mandate, with a reason that its territory and its persons read.

    What was done by it is kept. Needs `territory` loaded. Raises NotAllowed, Invalid without a
    reason, Conflict when it is not signed, has ended, is past its term, or is contested: the
    contest decides then.
    """
    ctx = within_scope(mandate, ctx)
    check(ctx, WATCH_MANDATES)
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la collectivité et les personnes nommées le liront."))
    lock_mandate(mandate)
    if refused := mandate.ending_refusal(ctx.instant):
        raise refused
    if mandate.contested_at is not None:
        raise Conflict(
            N_("Ce mandat est contesté : il est déjà suspendu."),
            way_out=N_("Statuez sur la contestation : elle le maintient, ou y met fin."),
        )
    return end_mandate(mandate, by="moderator", reason=reason.strip(), ctx=ctx)
