"""The life of consultations, kept by the administration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar import queries
from app.calendar.life import operations
from app.calendar.life.forms import DatesForm, PresentationForm, StepForm
from app.calendar.life.queries import living, wanting
from app.calendar.life.rules import Life, announcement_refusal, archiving_refusal, life_of, shifted
from app.calendar.models import Consultation
from app.calendar.timeline import steps
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verb import Verb
from app.gate.verbs import (
    AMEND_WINDOW,
    ANNOUNCE_CONSULTATION,
    ARCHIVE_CONSULTATION,
    DELETE_DRAFT,
    OPEN_CONSULTATION,
    PRESENT_CONSULTATION,
)
from app.phases import Phase
from app.web import context, performs, see, signed_in, written

blueprint = Blueprint("consultations", __name__)


@blueprint.get("/administration/consultations")
@signed_in
def index() -> ResponseReturnValue:
    """Every consultation, with what each asks of the administration now."""
    ctx = context()
    check(ctx, OPEN_CONSULTATION)
    found = living(ctx.instant)
    return render_template(
        "app/calendar/life/consultations.html",
        living=found,
        lives=Life,
        wanting={
            each.consultation.id: wanting(each.consultation)
            for each in found
            if each.life is Life.DRAFT
        },
        archivable={
            each.consultation.id
            for each in found
            if each.life is Life.RUNNING
            and archiving_refusal(each.consultation.calendar(), ctx.instant) is None
        },
        instant=ctx.instant,
    )


@blueprint.route("/consultations/<consultation>/presentation", methods=["GET", "POST"])
@signed_in
@performs(PRESENT_CONSULTATION)
def present(consultation: str) -> ResponseReturnValue:
    ctx = context()
    check(ctx, PRESENT_CONSULTATION)
    found = _consultation(consultation)
    form, refusal = PresentationForm(), ""
    if not form.is_submitted():
        form.title.data, form.summary.data = found.title, found.summary
        form.guidance.data = found.guidance
        form.themes.data = "\n".join(theme.name for theme in queries.themes(found.id))
    if form.submitted():
        try:
            operations.present(
                found,
                title=written(form.title),
                summary=written(form.summary),
                guidance=written(form.guidance),
                theme_names=form.theme_names(),
                ctx=ctx,
            )
            return see(
                "portal.consultation",
                consultation=consultation,
                message=_("La présentation est à jour."),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    window = found.calendar().window(Phase.COLLECTION)
    return render_template(
        "app/calendar/life/presentation.html",
        consultation=found,
        form=form,
        refusal=refusal,
        themes_freeze_at=window.opens_at if window else None,
        frozen=window is not None and not window.is_to_come(ctx.instant),
    ), 422 if form.errors or refusal else 200


@blueprint.route("/consultations/<consultation>/dates", methods=["GET", "POST"])
@signed_in
@performs(AMEND_WINDOW)
def dates(consultation: str) -> ResponseReturnValue:
    """All the dates of a draft on one page; once announced, each phase has its own."""
    ctx = context()
    check(ctx, AMEND_WINDOW)
    found = _consultation(consultation)
    if found.announced_at is not None and request.method == "GET":
        return redirect(url_for("calendar.calendar", consultation=consultation), 303)
    form, refusal = DatesForm(), ""
    if not form.is_submitted():
        form.show(found.calendar())
        if not found.calendar().windows:
            form.suggest(_days_of_model(ctx))
    if form.submitted():
        try:
            operations.plan(found, form.instants(), ctx=ctx)
            return see(
                "consultations.announce",
                consultation=consultation,
                message=_("Les dates sont enregistrées."),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "app/calendar/life/dates.html",
        consultation=found,
        form=form,
        refusal=refusal,
        phases=Phase,
        steps=steps(found.calendar(), ctx.instant),
    ), 422 if form.errors or refusal else 200


def _days_of_model(ctx: Context) -> dict[Phase, tuple[date, date]]:
    """The days of the consultation one begins from, brought to the future; none without one."""
    model = queries.consultation_by_slug(request.args.get("modele", ""))
    return shifted(model.calendar(), ctx.instant) if model else {}


@blueprint.route("/consultations/<consultation>/annonce", methods=["GET", "POST"])
@signed_in
@performs(ANNOUNCE_CONSULTATION)
def announce(consultation: str) -> ResponseReturnValue:
    found = _consultation(consultation)
    calendar, instant = found.calendar(), context().instant
    lacking = wanting(found)
    refused = announcement_refusal(calendar, lacking, instant)
    return _step(
        found,
        ANNOUNCE_CONSULTATION,
        operations.announce,
        "announce",
        said=_("La consultation est annoncée : tout le monde la voit."),
        leads_to="portal.consultation",
        wanting=lacking,
        refused=sentence_of(refused) if refused else "",
    )


@blueprint.route("/consultations/<consultation>/archivage", methods=["GET", "POST"])
@signed_in
@performs(ARCHIVE_CONSULTATION)
def archive(consultation: str) -> ResponseReturnValue:
    found = _consultation(consultation)
    refused = archiving_refusal(found.calendar(), context().instant)
    return _step(
        found,
        ARCHIVE_CONSULTATION,
        operations.archive,
        "archive",
        said=_("La consultation est archivée : elle reste lisible à son adresse."),
        leads_to="consultations.index",
        refused=sentence_of(refused) if refused else "",
    )


@blueprint.route("/consultations/<consultation>/suppression", methods=["GET", "POST"])
@signed_in
@performs(DELETE_DRAFT)
def delete(consultation: str) -> ResponseReturnValue:
    return _step(
        _consultation(consultation),
        DELETE_DRAFT,
        operations.delete_draft,
        "delete",
        said=_("Le brouillon est supprimé."),
        leads_to="consultations.index",
    )


def _step(
    found: Consultation,
    verb: Verb,
    operation: Callable[..., object],
    page: str,
    *,
    said: str,
    leads_to: str,
    **shown: object,
) -> ResponseReturnValue:
    """A page that says what a step does, and the step itself once confirmed."""
    ctx: Context = context()
    check(ctx, verb)
    form, refusal, slug = StepForm(), "", found.slug
    if form.submitted():
        try:
            operation(found, ctx=ctx)
            values = {"consultation": slug} if leads_to == "portal.consultation" else {}
            return see(leads_to, message=said, **values)
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        f"app/calendar/life/{page}.html",
        consultation=found,
        life=life_of(found.calendar(), ctx.instant),
        lives=Life,
        form=form,
        refusal=refusal,
        **shown,
    ), 422 if refusal else 200


def _consultation(slug: str) -> Consultation:
    # Asked first: a draft is there for its team alone.
    context()
    found = queries.consultation_by_slug(slug) or abort(404)
    assert isinstance(found, Consultation)
    return found
