"""A consultation opens; its dates are set, then moved with a reason; its rules are stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from app.calendar.events import (
    ConsultationOpened,
    RulesSet,
    WindowAmended,
    WindowSet,
    instant_text,
)
from app.calendar.life.copying import COPIERS
from app.calendar.models import Amendment, Consultation, PhaseWindow, Theme
from app.calendar.queries import fresh_calendar
from app.calendar.rules import FREEZES_AT, amendment_refusal, date_refusal, rule_refusal
from app.db import advisory_lock, database_instant, db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context, TerritoryKind
from app.gate.refusals import check
from app.gate.verbs import AMEND_WINDOW, OPEN_CONSULTATION
from app.journal.events import FreeText
from app.journal.operations import record
from app.phases import Calendar, Phase

Rules = Mapping[str, Sequence[TerritoryKind]]


def open_consultation(
    slug: str,
    *,
    title: str,
    summary: str,
    guidance: str = "",
    themes: Sequence[str],
    rules: Rules,
    model: Consultation | None = None,
    ctx: Context,
) -> Consultation:
    """Create a consultation, with its themes and who may do what per kind of territory.

    `rules` maps a verb's name to the kinds it is open to. What features keep with a consultation,
    such as its schemes, is copied from the `model` it is begun from. Raises NotAllowed, Conflict
    when the address `slug` is taken.
    """
    check(ctx, OPEN_CONSULTATION)
    if db.session.scalar(select(Consultation.id).where(Consultation.slug == slug)):
        raise Conflict(
            N_("Une consultation porte déjà cette adresse."),
            way_out=N_("Choisissez une autre adresse, par exemple avec l’année."),
        )
    consultation = Consultation(
        id=uuid4(),
        slug=slug,
        title=title,
        summary=summary,
        guidance=guidance,
        created_at=ctx.instant,
        rules={verb: sorted(kinds) for verb, kinds in rules.items()},
    )
    db.session.add(consultation)
    db.session.flush()
    db.session.add_all(
        Theme(consultation_id=consultation.id, position=position, name=name)
        for position, name in enumerate(themes, start=1)
    )
    db.session.flush()
    ctx = replace(ctx, calendar=Calendar(consultation.id))
    record(ConsultationOpened(subject_id=str(consultation.id), slug=slug), ctx=ctx)
    for verb in sorted(rules):
        _record_rule(consultation, verb, ctx)
    if model is not None:
        for copy in COPIERS:
            copy(model, consultation, ctx)
    return consultation


def set_rule(
    consultation: Consultation, verb_name: str, kinds: Sequence[TerritoryKind], *, ctx: Context
) -> Consultation:
    """State which kinds of territory may do something, until its phase opens.

    Raises NotAllowed, Conflict once the phase has opened. Stating the same kinds changes nothing.
    """
    check(ctx, OPEN_CONSULTATION)
    advisory_lock(consultation.id)
    window = fresh_calendar(consultation.id).window(FREEZES_AT[verb_name])
    if window is not None:
        advisory_lock(window.id)
    # The dates may have changed while this waited for the locks.
    calendar = fresh_calendar(consultation.id)
    if sorted(kinds) == sorted(consultation.rules.get(verb_name, [])):
        return consultation
    ctx = replace(ctx, instant=database_instant())
    if refused := rule_refusal(calendar, verb_name, ctx.instant):
        raise refused
    consultation.rules = {**consultation.rules, verb_name: sorted(kinds)}
    db.session.flush()
    _record_rule(consultation, verb_name, ctx)
    return consultation


def set_window(
    consultation: Consultation,
    phase: Phase,
    *,
    opens_at: datetime,
    closes_at: datetime,
    ctx: Context,
) -> PhaseWindow:
    """Give a phase its first dates: `[opens_at, closes_at)`, instants.

    Raises NotAllowed, Invalid, and Conflict when it has dates already: those are amended.
    """
    check(ctx, AMEND_WINDOW)
    advisory_lock(consultation.id)
    calendar = fresh_calendar(consultation.id)
    if calendar.window(phase) is not None:
        raise Conflict(
            N_("Cette phase a déjà des dates."),
            way_out=N_("Modifiez-les, en disant pourquoi."),
        )
    if refused := date_refusal(calendar, phase, opens_at, closes_at):
        raise refused
    window = PhaseWindow(
        id=uuid4(),
        consultation_id=consultation.id,
        phase=phase,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    db.session.add(window)
    db.session.flush()
    record(
        WindowSet(
            subject_id=str(window.id),
            phase=phase,
            opens_at=instant_text(opens_at),
            closes_at=instant_text(closes_at),
        ),
        ctx=ctx,
    )
    return window


def amend_window(
    window: PhaseWindow, *, opens_at: datetime, closes_at: datetime, reason: str, ctx: Context
) -> PhaseWindow:
    """Move the dates of a phase, with a reason everyone can read.

    Waits for the acts already under way in the phase (their shared lock on the window), so that
    none is judged by two calendars. Raises NotAllowed, Invalid, Conflict. Amending to the same
    dates changes nothing.
    """
    check(ctx, AMEND_WINDOW)
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi les dates changent : tout le monde pourra le lire."))
    advisory_lock(window.consultation_id)
    advisory_lock(window.id)
    db.session.refresh(window)
    ctx = replace(ctx, instant=database_instant())
    if (window.opens_at, window.closes_at) == (opens_at, closes_at):
        return window
    calendar = fresh_calendar(window.consultation_id)
    refused = amendment_refusal(window.frozen(), opens_at, closes_at, ctx.instant) or date_refusal(
        calendar, window.phase, opens_at, closes_at
    )
    if refused:
        raise refused
    before = (window.opens_at, window.closes_at)
    window.opens_at, window.closes_at = opens_at, closes_at
    window.version += 1
    db.session.add(
        Amendment(
            window_id=window.id,
            version=window.version,
            opens_at_before=before[0],
            closes_at_before=before[1],
            opens_at=opens_at,
            closes_at=closes_at,
            reason=reason.strip(),
            amended_at=ctx.instant,
        )
    )
    db.session.flush()
    record(
        WindowAmended(
            subject_id=str(window.id),
            phase=window.phase,
            opens_at_before=instant_text(before[0]),
            closes_at_before=instant_text(before[1]),
            opens_at=instant_text(opens_at),
            closes_at=instant_text(closes_at),
            reason=FreeText(reason.strip()),
        ),
        ctx=replace(ctx, window_version=window.version),
    )
    return window


def _record_rule(consultation: Consultation, verb: str, ctx: Context) -> None:
    record(
        RulesSet(
            subject_id=str(consultation.id), verb=verb, kinds=" ".join(consultation.rules[verb])
        ),
        ctx=ctx,
    )
