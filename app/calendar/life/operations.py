"""A consultation is presented, announced, archived; a draft is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.calendar.events import WindowSet, instant_text
from app.calendar.life.events import (
    ConsultationAnnounced,
    ConsultationArchived,
    ConsultationPresented,
    DraftDeleted,
)
from app.calendar.life.queries import wanting
from app.calendar.life.rules import announcement_refusal, archiving_refusal
from app.calendar.models import Consultation, PhaseWindow, Theme
from app.calendar.queries import fresh_calendar, themes
from app.calendar.rules import ORDER, date_refusal
from app.db import advisory_lock, database_instant, db
from app.errors import N_, Conflict
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import (
    AMEND_WINDOW,
    ANNOUNCE_CONSULTATION,
    ARCHIVE_CONSULTATION,
    DELETE_DRAFT,
    PRESENT_CONSULTATION,
)
from app.journal.events import FreeText
from app.journal.operations import record
from app.phases import Calendar, Phase, Window


def present(
    consultation: Consultation,
    *,
    title: str,
    summary: str,
    guidance: str = "",
    theme_names: Sequence[str],
    ctx: Context,
) -> Consultation:
    """Write its title, its presentation, the guidance of whoever contributes, and its themes.

    `theme_names` are all of them, in order: they freeze when the collection opens. Raises
    NotAllowed, and Conflict once it is archived, and for other themes once the collection has
    opened or while a text is sorted under one that would go. Writing the same changes nothing.
    """
    check(ctx, PRESENT_CONSULTATION)
    ctx = _locked(consultation, ctx)
    assert ctx.calendar is not None
    if ctx.calendar.archived:
        raise Conflict(N_("Une consultation archivée ne change plus."))
    before = [theme.name for theme in themes(consultation.id)]
    same_themes = list(theme_names) == before
    before_texts = (consultation.title, consultation.summary, consultation.guidance)
    if same_themes and (title, summary, guidance) == before_texts:
        return consultation
    if not same_themes:
        window = ctx.calendar.window(Phase.COLLECTION)
        if window is not None and not window.is_to_come(ctx.instant):
            raise Conflict(
                N_("Le recueil a commencé : les thématiques ne changent plus."),
                way_out=N_("Le titre et la présentation se modifient encore."),
            )
        _write_themes(consultation, theme_names)
    consultation.title, consultation.summary, consultation.guidance = title, summary, guidance
    db.session.flush()
    record(
        ConsultationPresented(
            subject_id=str(consultation.id), title=FreeText(title), themes=len(theme_names)
        ),
        ctx=ctx,
    )
    return consultation


def plan(
    consultation: Consultation,
    dates: Mapping[Phase, tuple[datetime, datetime]],
    *,
    ctx: Context,
) -> Consultation:
    """Give the phases of a draft their dates, all at once: `[opens_at, closes_at)`, instants.

    Raises NotAllowed, Conflict once it was announced, for dates then move one by one with a reason,
    and Invalid when they cannot follow one another. The same dates change nothing.
    """
    check(ctx, AMEND_WINDOW)
    ctx = _locked(consultation, ctx)
    assert ctx.calendar is not None
    if ctx.calendar.announced:
        raise Conflict(
            N_("Cette consultation est annoncée : ses dates ne se changent plus toutes à la fois."),
            way_out=N_("Modifiez celles de chaque phase, en disant pourquoi."),
        )
    known = {window.phase: window for window in ctx.calendar.windows}
    planned = Calendar(
        consultation.id,
        windows=tuple(
            Window(known[phase].id if phase in known else uuid4(), phase, *dates[phase])
            for phase in ORDER
            if phase in dates
        ),
    )
    for window in planned.windows:
        if refused := date_refusal(planned, window.phase, window.opens_at, window.closes_at):
            raise refused
    for window in planned.windows:
        before = known.get(window.phase)
        if before and (before.opens_at, before.closes_at) == (window.opens_at, window.closes_at):
            continue
        db.session.merge(
            PhaseWindow(
                id=window.id,
                consultation_id=consultation.id,
                phase=window.phase,
                opens_at=window.opens_at,
                closes_at=window.closes_at,
                version=before.version + 1 if before else 1,
            )
        )
        db.session.flush()
        record(
            WindowSet(
                subject_id=str(window.id),
                phase=window.phase,
                opens_at=instant_text(window.opens_at),
                closes_at=instant_text(window.closes_at),
            ),
            ctx=ctx,
        )
    return consultation


def announce(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make a draft public, for good: whoever comes reads it, and its phases open at their dates.

    Raises NotAllowed, and Conflict while something is missing. Announcing it again changes nothing.
    """
    check(ctx, ANNOUNCE_CONSULTATION)
    ctx = _locked(consultation, ctx)
    assert ctx.calendar is not None
    if ctx.calendar.announced:
        return consultation
    if refused := announcement_refusal(ctx.calendar, wanting(consultation), ctx.instant):
        raise refused
    consultation.announced_at = ctx.instant
    db.session.flush()
    record(ConsultationAnnounced(subject_id=str(consultation.id)), ctx=ctx)
    return consultation


def archive(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Put away a consultation whose phases are all closed: it stays readable at its address.

    Raises NotAllowed, and Conflict while a phase is open or to come, or for a draft. Archiving it
    again changes nothing.
    """
    check(ctx, ARCHIVE_CONSULTATION)
    ctx = _locked(consultation, ctx)
    assert ctx.calendar is not None
    if ctx.calendar.archived:
        return consultation
    if refused := archiving_refusal(ctx.calendar, ctx.instant):
        raise refused
    consultation.archived_at = ctx.instant
    db.session.flush()
    record(ConsultationArchived(subject_id=str(consultation.id)), ctx=ctx)
    return consultation


def delete_draft(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Delete a draft: nobody finds it any more, and its address is free again.

    Raises NotAllowed, and Conflict once it was announced. Its lines of the journal stay, as all do.
    """
    check(ctx, DELETE_DRAFT)
    ctx = _locked(consultation, ctx)
    if consultation.deleted_at is not None:
        return consultation
    assert ctx.calendar is not None
    if ctx.calendar.announced:
        raise Conflict(
            N_("Cette consultation est annoncée : elle ne se supprime plus."),
            way_out=N_("Archivez-la une fois ses phases closes."),
        )
    consultation.deleted_at = ctx.instant
    consultation.slug = f"{consultation.slug}-{consultation.id}"
    db.session.flush()
    record(DraftDeleted(subject_id=str(consultation.id)), ctx=ctx)
    return consultation


def _locked(consultation: Consultation, ctx: Context) -> Context:
    """Nothing else of its life or of its dates changes until the commit; as it is now."""
    advisory_lock(consultation.id)
    db.session.refresh(consultation)
    return replace(ctx, instant=database_instant(), calendar=fresh_calendar(consultation.id))


def _write_themes(consultation: Consultation, names: Sequence[str]) -> None:
    own = Theme.consultation_id == consultation.id
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Theme).where(own, Theme.name.not_in(names)))
            # Out of the way first: no two may have the same place.
            db.session.execute(update(Theme).where(own).values(position=-Theme.position))
            kept = {theme.name: theme for theme in themes(consultation.id)}
            for position, name in enumerate(names, start=1):
                if name in kept:
                    kept[name].position = position
                else:
                    db.session.add(
                        Theme(consultation_id=consultation.id, position=position, name=name)
                    )
    except IntegrityError as error:
        raise Conflict(
            N_("Des textes sont rangés sous une thématique que vous ôtez."),
            way_out=N_("Gardez-la, ou rangez-les d’abord ailleurs."),
        ) from error
