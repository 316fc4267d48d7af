"""Signalling a text, the moderators' desk for texts, and contesting what hides one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.context import named_consultation
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.refusals import check, entitled
from app.gate.verbs import CONTEST_HIDING, MODERATE, SIGNAL
from app.moderation import operations, queries, rules
from app.moderation.forms import AnswerForm, ContestHidingForm, HideForm, SignalForm
from app.moderation.models import Hiding
from app.moderation.queries import Found
from app.web import context, limiter, page_number, performs, public, see, signed_in, written

blueprint = Blueprint("moderation", __name__, url_prefix="/consultations/<consultation>")
# Enough for whoever reads many texts, too little for whoever wants to bury the moderators.
SIGNALS = "10 per hour"


@blueprint.route("/signaler/<kind>/<uuid:subject_id>", methods=["GET", "POST"])
@public
@performs(SIGNAL)
@limiter.limit(SIGNALS, methods=["POST"])
def signal(consultation: str, kind: str, subject_id: UUID) -> ResponseReturnValue:
    found = _text(kind, subject_id)
    if not found.text.public:
        abort(404)
    form = SignalForm()
    if form.submitted():
        operations.signal(found, reason=form.chosen(), note=written(form.note), ctx=context())
        return see(
            found.kind.page,
            consultation=consultation,
            number=found.text.number,
            message=_("Merci. L’équipe de modération va lire ce texte."),
        )
    return render_template(
        "app/moderation/signal.html", **_around(found), form=form
    ), 422 if form.errors else 200


@blueprint.get("/moderation")
@signed_in
def desk(consultation: str) -> ResponseReturnValue:
    """What was signalled, what is hidden, and whose author waits for an answer."""
    found = named_consultation()
    check(context(), MODERATE)
    hidden = request.args.get("voir") == "masques"
    number = page_number()
    return render_template(
        "app/moderation/desk.html",
        consultation=found,
        signalled=None if hidden else queries.signalled_texts(found.id, number),
        hidden=queries.hidden_texts(found.id, number) if hidden else None,
        counts=queries.counts(found.id),
        awaits_answer=rules.awaits_answer,
    )


@blueprint.route("/moderation/<kind>/<uuid:subject_id>", methods=["GET", "POST"])
@signed_in
@performs(MODERATE)
def review(consultation: str, kind: str, subject_id: UUID) -> ResponseReturnValue:
    """A text with what was signalled of it: hide it, keep it, show it again, answer its author."""
    check(context(), MODERATE)
    found = _text(kind, subject_id)
    hiding = queries.current_hiding(subject_id)
    return _visible(consultation, found) if hiding is None else _hidden(consultation, found, hiding)


def _visible(consultation: str, found: Found) -> ResponseReturnValue:
    form, refused = HideForm(), None
    try:
        if "garder" in request.form:
            operations.dismiss_signals(found, ctx=context())
            return see(
                "moderation.desk",
                consultation=consultation,
                message=_("C’est noté : ce texte reste public."),
            )
        if form.submitted():
            operations.hide(found, reason=form.chosen(), note=written(form.note), ctx=context())
            message = _("Le texte est masqué ; son auteur en est informé.")
            return see("moderation.desk", consultation=consultation, message=message)
    except DomainError as error:
        refused = error
    return _page(found, form, refused, hiding=None)


def _hidden(consultation: str, found: Found, hiding: Hiding) -> ResponseReturnValue:
    form, refused = AnswerForm(), None
    shows = "retablir" in request.form
    answered = rules.awaits_answer(hiding) and "maintenir" in request.form
    if (shows or answered) and form.submitted():
        words, ctx = written(form.words), context()
        try:
            if shows:
                operations.show_again(hiding, found, ending=words, ctx=ctx)
                message = _("Le texte est rétabli ; son auteur en est informé.")
            else:
                operations.uphold_hiding(hiding, found, answer=words, ctx=ctx)
                message = _("Le texte reste masqué ; votre réponse est envoyée à son auteur.")
            return see("moderation.desk", consultation=consultation, message=message)
        except DomainError as error:
            refused = error
    return _page(found, form, refused, hiding=hiding)


def _page(
    found: Found,
    form: HideForm | AnswerForm,
    refused: DomainError | None,
    *,
    hiding: Hiding | None,
) -> ResponseReturnValue:
    barred = rules.upholding_refusal(hiding, context().actor.person_id) if hiding else None
    status = refused.status if refused else 422 if form.errors else 200
    return render_template(
        "app/moderation/review.html",
        **_around(found),
        form=form,
        refusal=sentence_of(refused) if refused else "",
        hiding=hiding,
        signals=queries.waiting_signals(found.text.id),
        past=[each for each in queries.hidings_of(found.text.id) if each.ended_at],
        awaits_answer=hiding is not None and rules.awaits_answer(hiding),
        barred=sentence_of(barred) if barred else "",
    ), status


@blueprint.route("/masquages/<uuid:hiding_id>/contester", methods=["GET", "POST"])
@signed_in
@performs(CONTEST_HIDING)
def contest(consultation: str, hiding_id: UUID) -> ResponseReturnValue:
    """One's own text is hidden: say why it should be shown again."""
    hiding = queries.hiding(named_consultation().id, hiding_id) or abort(404)
    assert isinstance(hiding, Hiding)
    found = _text(hiding.subject_type, hiding.subject_id)
    ctx = context()
    if not entitled(ctx, CONTEST_HIDING, found.text.authored):
        abort(404)
    form = ContestHidingForm()
    refused = rules.contesting_refusal(hiding)
    if form.submitted():
        try:
            operations.contest_hiding(hiding, found, words=written(form.words), ctx=ctx)
            return see(
                found.kind.page,
                consultation=consultation,
                number=found.text.number,
                message=_("Votre contestation est transmise : une autre personne vous répondra."),
            )
        except DomainError as error:
            refused = error
    return render_template(
        "app/moderation/contest.html",
        **_around(found),
        form=form,
        hiding=hiding,
        refusal=sentence_of(refused) if refused else "",
    ), refused.status if refused and form.is_submitted() else 422 if form.errors else 200


def _text(kind: str, subject_id: UUID) -> Found:
    found = queries.text_of(named_consultation().id, kind, subject_id) or abort(404)
    assert isinstance(found, Found)
    return found


def _around(found: Found) -> dict[str, Any]:
    text = found.text
    return {
        "consultation": named_consultation(),
        "kind": found.kind,
        "text": text,
        "name": _(found.kind.label, number=text.number),
    }
