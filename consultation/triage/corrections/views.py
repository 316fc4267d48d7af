"""The corrections of a consultation, and the pages where moderators make them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar.models import Theme
from app.calendar.queries import themes as themes_of
from app.context import named_consultation
from app.db import db
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.refusals import allows, check
from app.gate.verbs import CORRECT
from app.web import context, page_number, performs, public, see, signed_in, written
from consultation.contributions.queries import contribution_by_number
from consultation.proposals.models import Proposal
from consultation.triage.corrections import operations, queries
from consultation.triage.corrections.forms import OutcomeForm, WordingForm
from consultation.triage.corrections.queries import published
from consultation.triage.corrections.rules import CHANGED
from consultation.triage.models import Decision
from consultation.triage.queries import outcome_of
from funding.schemes.queries import schemes as schemes_of

blueprint = Blueprint(
    "corrections", __name__, url_prefix="/consultations/<consultation>/corrections"
)


@blueprint.get("")
@public
def index(consultation: str) -> ResponseReturnValue:
    found = named_consultation()
    return render_template(
        "consultation/triage/corrections/index.html",
        consultation=found,
        listing=queries.corrections(
            found.id, page_number(), proposal=request.args.get("proposition", type=int)
        ),
        changed=CHANGED,
        corrects=allows(context(), CORRECT),
    )


@blueprint.route("/propositions/<int:number>", methods=["GET", "POST"])
@signed_in
@performs(CORRECT)
def wording(consultation: str, number: int) -> ResponseReturnValue:
    ctx, found = context(), named_consultation()
    check(ctx, CORRECT)
    proposal = next(iter(published(found.id, [number])), None) or abort(404)
    form, refused = WordingForm(), None
    form.offer(themes_of(found.id))
    if not form.is_submitted():
        form.show(proposal)
    if form.submitted():
        theme_id = form.theme_id()
        try:
            corrected = operations.correct_wording(
                proposal,
                title=written(form.title),
                summary=written(form.summary),
                theme=db.session.get(Theme, theme_id) if theme_id else None,
                reason=written(form.reason),
                seen=form.seen.data or "",
                ctx=ctx,
            )
            return see(
                "supports.proposal",
                consultation=consultation,
                number=number,
                message=_("La proposition est corrigée ; ceux qu’elle concerne en sont informés.")
                if corrected
                else _("Rien ne change : aucune correction n’est enregistrée."),
            )
        except DomainError as error:
            refused = error
    return render_template(
        "consultation/triage/corrections/wording.html",
        consultation=found,
        proposal=proposal,
        form=form,
        refusal=sentence_of(refused) if refused else "",
    ), refused.status if refused else 422 if form.errors else 200


@blueprint.route("/contributions/<int:number>", methods=["GET", "POST"])
@signed_in
@performs(CORRECT)
def outcome(consultation: str, number: int) -> ResponseReturnValue:
    ctx, found = context(), named_consultation()
    check(ctx, CORRECT)
    contribution = contribution_by_number(found.id, number) or abort(404)
    ruling = outcome_of(contribution) or abort(404)
    schemes = schemes_of(found.id)
    form, refused = OutcomeForm(), None
    form.offer(schemes)
    if not form.is_submitted():
        form.show(ruling)
    if form.submitted() and (proposals := _joined(found.id, form)) is not None:
        try:
            corrected = operations.correct_outcome(
                contribution,
                decision=Decision(form.decision.data),
                proposals=proposals,
                scheme=next((s for s in schemes if s.slug == form.scheme.data), None),
                given=written(form.given),
                reason=written(form.reason),
                seen=form.seen.data,
                ctx=ctx,
            )
            return see(
                "portal.follow",
                consultation=consultation,
                number=number,
                message=_("La suite donnée est corrigée ; son auteur en est informé.")
                if corrected
                else _("Rien ne change : aucune correction n’est enregistrée."),
            )
        except DomainError as error:
            refused = error
    return render_template(
        "consultation/triage/corrections/outcome.html",
        consultation=found,
        contribution=contribution,
        ruling=ruling,
        form=form,
        refusal=sentence_of(refused) if refused else "",
    ), refused.status if refused else 422 if form.errors else 200


def _joined(consultation_id: UUID, form: OutcomeForm) -> list[Proposal] | None:
    """The published proposals whose numbers were typed; None when some are not, said beside."""
    numbers = form.numbers()
    proposals = published(consultation_id, numbers)
    if unknown := set(numbers) - {each.number for each in proposals}:
        form.proposals.errors = [
            _(
                "Aucune proposition publiée ne porte ce numéro : %(numbers)s.",
                numbers=", ".join(map(str, sorted(unknown))),
            )
        ]
        return None
    return proposals
