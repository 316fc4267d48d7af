"""The proposals as the agency writes them, before they are published."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar.models import Consultation
from app.calendar.queries import themes
from app.context import named_consultation
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.refusals import check
from app.gate.verbs import WRITE_PROPOSAL
from app.phases import PublicationKind
from app.web import context, performs, see, signed_in
from consultation.proposals import operations, queries
from consultation.proposals.forms import ProposalForm, choices
from consultation.proposals.models import Proposal
from consultation.proposals.rules import change_refusal

blueprint = Blueprint("proposals", __name__)


def _proposal(consultation: Consultation, number: int) -> Proposal:
    return queries.written_proposal(consultation.id, number) or abort(404)


@blueprint.get("/consultations/<consultation>/triage/propositions")
@signed_in
def index(consultation: str) -> ResponseReturnValue:
    check(context(), WRITE_PROPOSAL)
    found = named_consultation()
    return render_template(
        "consultation/proposals/index.html",
        consultation=found,
        proposals=queries.written_proposals(found.id),
        published=found.published_at(PublicationKind.PROPOSALS),
    )


@blueprint.get("/consultations/<consultation>/triage/propositions/recherche")
@signed_in
def search(consultation: str) -> ResponseReturnValue:
    """The options a picker of proposals shows while a moderator types."""
    check(context(), WRITE_PROPOSAL)
    found = queries.search_written(named_consultation().id, request.args.get("q", ""))
    return render_template("consultation/proposals/options.html", results=choices(found))


@blueprint.route(
    "/consultations/<consultation>/triage/propositions/nouvelle", methods=["GET", "POST"]
)
@signed_in
@performs(WRITE_PROPOSAL)
def new(consultation: str) -> ResponseReturnValue:
    check(context(), WRITE_PROPOSAL)
    found = named_consultation()
    form = ProposalForm(themes(found.id))
    refusal = ""
    if form.submitted():
        try:
            written = operations.write_proposal(
                found,
                title=form.title.data or "",
                summary=form.summary.data or "",
                theme=form.theme(),
                ctx=context(),
            )
            return see(
                "proposals.index",
                consultation=consultation,
                message=_("La proposition n° %(number)d est rédigée.", number=written.number),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "consultation/proposals/new.html", consultation=found, form=form, refusal=refusal
    ), 422 if form.errors or refusal else 200


@blueprint.route(
    "/consultations/<consultation>/triage/propositions/<int:number>/modifier",
    methods=["GET", "POST"],
)
@signed_in
@performs(WRITE_PROPOSAL)
def edit(consultation: str, number: int) -> ResponseReturnValue:
    check(context(), WRITE_PROPOSAL)
    found = named_consultation()
    if refused := change_refusal(found.published_at(PublicationKind.PROPOSALS) is not None):
        raise refused
    proposal = _proposal(found, number)
    form = ProposalForm(themes(found.id), obj=proposal)
    refusal = ""
    if form.submitted():
        try:
            operations.edit_proposal(
                proposal,
                title=form.title.data or "",
                summary=form.summary.data or "",
                theme=form.theme(),
                ctx=context(),
            )
            return see(
                "proposals.index",
                consultation=consultation,
                message=_("La proposition n° %(number)d est à jour.", number=number),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "consultation/proposals/edit.html",
        consultation=found,
        proposal=proposal,
        form=form,
        refusal=refusal,
    ), 422 if form.errors or refusal else 200


@blueprint.post("/consultations/<consultation>/triage/propositions/<int:number>/retirer")
@signed_in
@performs(WRITE_PROPOSAL)
def remove(consultation: str, number: int) -> ResponseReturnValue:
    check(context(), WRITE_PROPOSAL)
    operations.remove_proposal(_proposal(named_consultation(), number), ctx=context())
    return see(
        "proposals.index",
        consultation=consultation,
        message=_("La proposition n° %(number)d est retirée.", number=number),
    )
