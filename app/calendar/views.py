"""The calendar and rules of a consultation, and their keeping by the administration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar import operations, queries
from app.calendar.forms import (
    RULE_LABELS,
    AmendmentForm,
    ConsultationForm,
    KindsField,
    RulesForm,
    WindowForm,
)
from app.calendar.models import Consultation
from app.calendar.rules import USUAL_RULES, rule_refusal
from app.calendar.timeline import steps
from app.db import db
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.actors import KIND_PLURALS, TerritoryKind
from app.gate.refusals import check, entitled
from app.gate.verbs import AMEND_WINDOW, OPEN_CONSULTATION
from app.phases import Phase
from app.web import context, performs, public, see, signed_in, written

blueprint = Blueprint("calendar", __name__)


def _consultation(slug: str) -> Consultation:
    # Asked first: a draft is there for its team alone.
    context()
    found = queries.consultation_by_slug(slug) or abort(404)
    assert isinstance(found, Consultation)
    return found


@blueprint.get("/consultations/<consultation>/calendrier")
@public
def calendar(consultation: str) -> ResponseReturnValue:
    found = _consultation(consultation)
    ctx = context()
    return render_template(
        "app/calendar/calendar.html",
        consultation=found,
        steps=steps(found.calendar(), ctx.instant, queries.stories(found)),
        windows=[window for window in found.calendar().windows if not window.is_past(ctx.instant)],
        rules=[(label, _kinds(found, verb)) for verb, label in RULE_LABELS.items()],
        all_phases=Phase,
        may_amend=entitled(ctx, AMEND_WINDOW),
    )


@blueprint.route("/consultations/<consultation>/calendrier/<phase>", methods=["GET", "POST"])
@signed_in
@performs(AMEND_WINDOW)
def amend(consultation: str, phase: str) -> ResponseReturnValue:
    check(context(), AMEND_WINDOW)
    if phase not in set(Phase):
        abort(404)
    found = _consultation(consultation)
    window = queries.window_of(found.id, phase)
    form = WindowForm() if window is None else AmendmentForm()
    if window is not None and not form.is_submitted():
        form.show(window.frozen())
    refusal = ""
    if form.submitted():
        opens_at, closes_at = form.instants()
        try:
            if window is None:
                operations.set_window(
                    found, Phase(phase), opens_at=opens_at, closes_at=closes_at, ctx=context()
                )
            else:
                operations.amend_window(
                    window,
                    opens_at=opens_at,
                    closes_at=closes_at,
                    reason=written(form.reason),
                    ctx=context(),
                )
            return see(
                "calendar.calendar",
                consultation=consultation,
                message=_("Le calendrier est à jour."),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "app/calendar/amend.html",
        consultation=found,
        phase=Phase(phase),
        window=window,
        form=form,
        refusal=refusal,
    ), 422 if form.errors or refusal else 200


@blueprint.route("/consultations/<consultation>/regles", methods=["GET", "POST"])
@signed_in
@performs(OPEN_CONSULTATION)
def rules(consultation: str) -> ResponseReturnValue:
    ctx = context()
    check(ctx, OPEN_CONSULTATION)
    found = _consultation(consultation)
    form = RulesForm()
    if not form.is_submitted():
        for verb, field in form.by_verb().items():
            field.data = list(found.rules.get(verb, []))
    refusal = ""
    if form.submitted():
        try:
            for verb, field in form.by_verb().items():
                # A rule that froze since the page was read is sent nonetheless: it is refused.
                if field.raw_data or not rule_refusal(found.calendar(), verb, ctx.instant):
                    operations.set_rule(found, verb, field.kinds(), ctx=ctx)
            return see(
                "calendar.calendar", consultation=consultation, message=_("Les règles sont à jour.")
            )
        except DomainError as error:
            refusal = sentence_of(error)
            db.session.rollback()
    return render_template(
        "app/calendar/rules.html",
        consultation=found,
        form=form,
        refusal=refusal,
        rules=_rules(found, form, ctx.instant),
    ), 422 if form.errors or refusal else 200


@dataclass(frozen=True)
class _Rule:
    """A rule as its form shows it: a field, or once frozen the kinds it names, and why."""

    label: str
    field: KindsField
    kinds: list[str]
    frozen: str


def _rules(found: Consultation, form: RulesForm, instant: datetime) -> list[_Rule]:
    shown = []
    for verb, field in form.by_verb().items():
        refused = rule_refusal(found.calendar(), verb, instant)
        kinds = _kinds(found, verb)
        shown.append(
            _Rule(RULE_LABELS[verb], field, kinds, sentence_of(refused) if refused else "")
        )
    return shown


def _kinds(found: Consultation, verb: str) -> list[str]:
    """The kinds of territory a rule opens a verb to, in words."""
    return [_(KIND_PLURALS[TerritoryKind(kind)]) for kind in found.rules.get(verb, [])]


@blueprint.route("/administration/consultations/nouvelle", methods=["GET", "POST"])
@signed_in
@performs(OPEN_CONSULTATION)
def new_consultation() -> ResponseReturnValue:
    check(context(), OPEN_CONSULTATION)
    form, model = ConsultationForm(), request.args.get("modele", "")
    refusal = ""
    if not form.is_submitted():
        _suggest(form, model)
    if form.submitted():
        try:
            opened = operations.open_consultation(
                form.address(),
                title=written(form.title),
                summary=written(form.summary),
                guidance=written(form.guidance),
                themes=form.theme_names(),
                rules={verb: field.kinds() for verb, field in form.by_verb().items()},
                model=queries.consultation_by_slug(model) if model else None,
                ctx=context(),
            )
            return see(
                "consultations.dates",
                consultation=opened.slug,
                modele=model or None,
                message=_("Le brouillon est créé : donnez ses dates, puis annoncez-le."),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "app/calendar/new_consultation.html", form=form, refusal=refusal
    ), 422 if form.errors or refusal else 200


def _suggest(form: ConsultationForm, model: str) -> None:
    """Fill the form of a new consultation from an earlier one, or with what is usual."""
    earlier = queries.consultation_by_slug(model) if model else None
    for verb, field in form.by_verb().items():
        usual = earlier.rules.get(verb, []) if earlier else USUAL_RULES[verb]
        field.data = [str(kind) for kind in usual]
    if earlier is not None:
        form.title.data, form.summary.data = earlier.title, earlier.summary
        form.guidance.data = earlier.guidance
        form.themes.data = "\n".join(theme.name for theme in queries.themes(earlier.id))
