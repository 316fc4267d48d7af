"""The queue of moderators, the decision on a contribution, and the publication."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.calendar.models import Consultation, Theme
from app.calendar.queries import themes
from app.context import named_consultation
from app.errors import DomainError, NotAllowed
from app.formats import sentence_of
from app.gate.actors import Context
from app.gate.refusals import refusal
from app.gate.verbs import PUBLISH, TRIAGE, WRITE_PROPOSAL
from app.phases import Phase, PublicationKind
from app.web import context, page_number, performs, see, signed_in
from consultation.contributions.models import Contribution, Kind
from consultation.proposals.forms import choices
from consultation.proposals.operations import write_proposal
from consultation.proposals.queries import proposals_numbered, search_written, written_proposals
from consultation.triage import operations, queries
from consultation.triage.forms import (
    DecisionForm,
    GroupSelectedForm,
    UndoForm,
    filters_in,
    numbers_in,
)
from consultation.triage.models import Decision, Outcome
from consultation.triage.publication.operations import publish_proposals
from consultation.triage.queries import CaseFile
from consultation.triage.queue import State, neighbours, next_waiting
from consultation.triage.queue import queue as queue_page
from consultation.triage.rules import publication_refusals
from funding.schemes.queries import schemes

blueprint = Blueprint("triage", __name__)

# What was just decided, shown once on the next page, with a button that undoes it.
_UNDOABLE = "undoable"


def _moderated() -> Consultation:
    """The consultation, for moderators: before the close of the collection they only read."""
    if isinstance(refused := refusal(context(), TRIAGE), NotAllowed):
        raise refused
    return named_consultation()


def _may_decide(consultation: Consultation, ctx: Context) -> bool:
    return (
        consultation.published_at(PublicationKind.PROPOSALS) is None
        and refusal(ctx, TRIAGE) is None
    )


@blueprint.get("/consultations/<consultation>/triage")
@signed_in
def queue(consultation: str) -> ResponseReturnValue:
    found = _moderated()
    return _queue(found, GroupSelectedForm(written_proposals(found.id)))


@blueprint.post("/consultations/<consultation>/triage")
@signed_in
@performs(TRIAGE, WRITE_PROPOSAL)
def group_selected(consultation: str) -> ResponseReturnValue:
    found = _moderated()
    form = GroupSelectedForm(written_proposals(found.id))
    submitted = form.submitted()
    contributions = queries.contributions_numbered(found.id, form.numbers.data or [])
    if not submitted or not contributions:
        return _queue(found, form, status=422)
    try:
        proposal = form.chosen_proposal() or write_proposal(
            found,
            title=form.new_title.data or "",
            theme=_shared_theme(contributions),
            ctx=context(),
        )
        outcomes = operations.group_all(contributions, proposals=[proposal], ctx=context())
    except DomainError as error:
        return _queue(found, form, refused=sentence_of(error), status=error.status)
    message = ngettext(
        "%(num)d contribution est regroupée dans « %(title)s ».",
        "%(num)d contributions sont regroupées dans « %(title)s ».",
        len(outcomes),
        title=proposal.title,
    )
    _remember(message, contributions, outcomes)
    page = page_number()
    return see(
        "triage.queue", consultation=consultation, **_query(), page=page if page > 1 else None
    )


def _shared_theme(contributions: Sequence[Contribution]) -> Theme | None:
    themes = {contribution.theme for contribution in contributions}
    return themes.pop() if len(themes) == 1 else None


def _queue(
    found: Consultation, form: GroupSelectedForm, *, refused: str = "", status: int = 200
) -> ResponseReturnValue:
    ctx = context()
    filters = filters_in(request.args)
    return render_template(
        "consultation/triage/queue.html",
        consultation=found,
        counts=queries.conservation(found.id),
        page=queue_page(found.id, filters, page=page_number()),
        filters=filters,
        states=State,
        kinds=Kind,
        themes=themes(found.id),
        form=form,
        refused=refused,
        may_decide=_may_decide(found, ctx),
        collection=ctx.calendar.window(Phase.COLLECTION) if ctx.calendar else None,
        instant=ctx.instant,
        query=_query(),
        undoable=session.pop(_UNDOABLE, None),
    ), status


@blueprint.route("/consultations/<consultation>/triage/<int:number>", methods=["GET", "POST"])
@signed_in
@performs(TRIAGE, WRITE_PROPOSAL)
def decide(consultation: str, number: int) -> ResponseReturnValue:
    found = _moderated()
    file = queries.case_file(found.id, number) or abort(404)
    form = DecisionForm(schemes(found.id))
    if request.form.get("chercher"):
        return _case(found, file, form, searching=True)
    if request.method == "GET":
        return _case(found, file, form)
    if not form.submitted():
        return _case(found, file, form, status=422)
    try:
        outcome = _decide(found, file, form)
    except DomainError as error:
        # What the colleague decided is on the page now: sent again, the choice replaces it.
        file = queries.case_file(found.id, number) or abort(404)
        form.seen.data = _seen(file)
        return _case(found, file, form, refused=sentence_of(error), status=error.status)
    _remember(_decided(number, outcome), [file.contribution], [outcome])
    following = next_waiting(found.id, number, filters_in(request.args))
    if following is None:
        return see("triage.queue", consultation=consultation, **_query())
    return see("triage.decide", consultation=consultation, number=following, **_query())


def _decide(found: Consultation, file: CaseFile, form: DecisionForm) -> Outcome:
    contribution, replacing, ctx = file.contribution, form.seen.data, context()
    if form.decision.data == Decision.GROUPED:
        proposals = list(proposals_numbered(found.id, form.proposals.data or []))
        if title := (form.new_title.data or "").strip():
            proposals.append(write_proposal(found, title=title, theme=contribution.theme, ctx=ctx))
        return operations.group(contribution, proposals=proposals, replacing=replacing, ctx=ctx)
    scheme = form.chosen_scheme()
    if form.decision.data == Decision.REORIENTED and scheme is not None:
        return operations.reorient(
            contribution,
            scheme=scheme,
            reason=form.reorientation.data or "",
            replacing=replacing,
            ctx=ctx,
        )
    return operations.reject(
        contribution, reason=form.rejection.data or "", replacing=replacing, ctx=ctx
    )


def _case(
    found: Consultation,
    file: CaseFile,
    form: DecisionForm,
    *,
    refused: str = "",
    searching: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    ctx = context()
    filters = filters_in(request.args)
    if request.method == "GET":
        _fill(form, file)
        chosen = file.ruling.proposals if file.ruling else []
    else:
        chosen = proposals_numbered(found.id, form.proposals.data or [])
    results = None
    if searching:
        sought = search_written(found.id, form.typed.data or "")
        results = choices([proposal for proposal in sought if proposal not in chosen])
    return render_template(
        "consultation/triage/decide.html",
        consultation=found,
        contribution=file.contribution,
        ruling=file.ruling,
        counts=queries.conservation(found.id),
        beside=neighbours(found.id, file.contribution.number or 0, filters),
        form=form,
        chosen=choices(chosen),
        results=results,
        refused=refused,
        may_decide=_may_decide(found, ctx),
        collection=ctx.calendar.window(Phase.COLLECTION) if ctx.calendar else None,
        instant=ctx.instant,
        query=_query(),
        undoable=session.pop(_UNDOABLE, None),
    ), status


def _fill(form: DecisionForm, file: CaseFile) -> None:
    """Fill the form with the current decision."""
    form.seen.data = _seen(file)
    if file.ruling is None:
        return
    outcome = file.ruling.outcome
    if outcome.scheme is not None:
        form.scheme.data, form.reorientation.data = outcome.scheme.slug, outcome.reason
    elif outcome.decision is Decision.REJECTED:
        form.rejection.data = outcome.reason


@blueprint.post("/consultations/<consultation>/triage/<int:number>/annuler")
@signed_in
@performs(TRIAGE)
def undo(consultation: str, number: int) -> ResponseReturnValue:
    found = _moderated()
    file = queries.case_file(found.id, number) or abort(404)
    operations.undo(file.contribution, seen=UndoForm().seen.data, ctx=context())
    return see(
        "triage.decide",
        consultation=consultation,
        number=number,
        **_query(),
        message=_("La décision est annulée : la contribution attend de nouveau."),
    )


@blueprint.post("/consultations/<consultation>/triage/annuler")
@signed_in
@performs(TRIAGE)
def undo_selected(consultation: str) -> ResponseReturnValue:
    found = _moderated()
    form = UndoForm()
    contributions = queries.contributions_numbered(found.id, numbers_in(form.numbers.data or ""))
    operations.undo_all(contributions, seen=form.seen.data, ctx=context())
    message = ngettext(
        "La décision est annulée : %(num)d contribution attend de nouveau.",
        "Les décisions sont annulées : %(num)d contributions attendent de nouveau.",
        len(contributions),
    )
    return see("triage.queue", consultation=consultation, **_query(), message=message)


@blueprint.route("/consultations/<consultation>/triage/publication", methods=["GET", "POST"])
@signed_in
@performs(PUBLISH)
def publish(consultation: str) -> ResponseReturnValue:
    found = _moderated()
    refused, status = "", 200
    if request.method == "POST":
        try:
            publish_proposals(found, ctx=context())
            return see(
                "triage.publish",
                consultation=consultation,
                message=_("Les propositions sont publiées ; les auteurs en sont informés."),
            )
        except DomainError as error:
            refused, status = sentence_of(error), error.status
    proposals = written_proposals(found.id)
    counts = queries.conservation(found.id)
    early = refusal(context(), PUBLISH)
    blocks = [sentence_of(block) for block in publication_refusals(counts.waiting, proposals)]
    return render_template(
        "consultation/triage/publish.html",
        consultation=found,
        proposals=proposals,
        counts=counts,
        authors=queries.count_recipients(found.id),
        blocks=[sentence_of(early), *blocks] if early else blocks,
        refused=refused,
    ), status


def _seen(file: CaseFile) -> int | None:
    return file.ruling.outcome.version if file.ruling else None


def _query() -> dict[str, str]:
    """What the queue was asked for, carried from one contribution to the next."""
    kept = ("etat", "q", "type", "theme")
    asked = {name: request.args[name] for name in kept if request.args.get(name)}
    # Whoever comes from the judgement of a contest goes back to it.
    contest = request.args.get("contestation", type=UUID)
    return asked | ({"contestation": str(contest)} if contest else {})


def _decided(number: int, outcome: Outcome) -> str:
    if outcome.scheme is not None:
        return _(
            "La contribution n° %(number)d est réorientée vers « %(scheme)s ».",
            number=number,
            scheme=outcome.scheme.name,
        )
    if outcome.decision is Decision.REJECTED:
        return _("La contribution n° %(number)d est écartée.", number=number)
    return _("La contribution n° %(number)d est regroupée.", number=number)


def _remember(
    message: str, contributions: Sequence[Contribution], outcomes: Sequence[Outcome]
) -> None:
    """Show on the next page what was decided just now, not what a colleague had decided alike."""
    seen = max(outcome.version for outcome in outcomes)
    now = {outcome.contribution_id for outcome in outcomes if outcome.version == seen}
    session[_UNDOABLE] = {
        "message": message,
        "numbers": [c.number for c in contributions if c.id in now],
        "seen": seen,
    }
