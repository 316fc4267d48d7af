"""The committee: its members, the ranking it reads, what it decides, and the publication."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar.models import Consultation
from app.calendar.queries import themes
from app.context import named_consultation
from app.downloads import Form, download
from app.errors import DomainError, PhaseClosed
from app.formats import sentence_of
from app.gate.actors import KIND_PLURALS, Context
from app.gate.refusals import allows, check, entitled, refusal
from app.gate.verb import Verb
from app.gate.verbs import APPOINT, ASSESS, DECIDE, PUBLISH_SELECTION, READ_COMMITTEE
from app.phases import Phase, PublicationKind, Window
from app.web import context, performs, public, see, signed_in, written
from consultation.proposals.models import Maturity, Stage
from consultation.proposals.queries import gathered
from voting.copil import exports, operations, queries
from voting.copil.forms import (
    AssessmentForm,
    DecisionForm,
    PublicationForm,
    UndoForm,
    filters_in,
)
from voting.copil.publication.operations import publish_selection
from voting.copil.queries import RankedProposal, Ranking, State
from voting.copil.ranking import Order
from voting.copil.rules import publication_refusals

blueprint = Blueprint("copil", __name__)

_KEPT = ("ordre", "theme", "etat")


def _committee() -> Consultation:
    """The consultation, for those who sit on its committee and those who moderate it."""
    check(context(), READ_COMMITTEE)
    return named_consultation()


def _query() -> dict[str, str]:
    """What the ranking was asked for, carried from one proposal to the next."""
    return {name: request.args[name] for name in _KEPT if request.args.get(name)}


def _window(ctx: Context, phase: Phase) -> Window | None:
    return ctx.calendar.window(phase) if ctx.calendar else None


def _opening(ctx: Context) -> dict[str, object]:
    """When the committee may start to decide."""
    support = _window(ctx, Phase.SUPPORT)
    return {"support": support, "is_over": support is not None and support.is_past(ctx.instant)}


def _may(consultation: Consultation, ctx: Context, verb: Verb) -> bool:
    """Whether the person may still do this: nothing changes once the selection is published."""
    return consultation.published_at(PublicationKind.SELECTION) is None and allows(ctx, verb)


@blueprint.get("/consultations/<consultation>/comite")
@signed_in
def ranking(consultation: str) -> ResponseReturnValue:
    found, ctx = _committee(), context()
    filters, whole = filters_in(request.args), queries.ranking(found.id)
    return render_template(
        "voting/copil/ranking.html",
        consultation=found,
        filters=filters,
        whole=whole,
        lines=whole.read(filters),
        points=[_point(line) for line in whole.lines],
        states=State,
        orders=Order,
        maturities=Maturity,
        themes=themes(found.id),
        query=_query(),
        **_opening(ctx),
    )


def _point(line: RankedProposal) -> dict[str, object]:
    """A proposal on the chart of supports and maturity."""
    return {
        "x": line.proposal.supports_count,
        "y": line.proposal.maturity or 0,
        "number": line.number,
        "tone": line.stage.value if line.stage else "open",
    }


@blueprint.get("/consultations/<consultation>/comite/classement.<any(csv, xlsx):form>")
@signed_in
def export(consultation: str, form: str) -> ResponseReturnValue:
    found = _committee()
    lines = queries.ranking(found.id).read(filters_in(request.args))
    return download(Form(form), f"classement-{found.slug}", exports.columns(), exports.rows(lines))


@blueprint.route(
    "/consultations/<consultation>/comite/propositions/<int:number>", methods=["GET", "POST"]
)
@signed_in
@performs(DECIDE)
def proposal(consultation: str, number: int) -> ResponseReturnValue:
    found = _committee()
    whole = queries.ranking(found.id)
    line = whole.numbered(number) or abort(404)
    form = DecisionForm()
    if request.method == "GET":
        _fill(form, line)
        return _file(found, whole, line, form)
    if not form.submitted():
        return _file(found, whole, line, form, status=422)
    try:
        operations.decide(
            line.proposal,
            stage=Stage(form.stage.data),
            reason=written(form.reason),
            replacing=form.seen.data,
            ctx=context(),
        )
    except DomainError as error:
        # What the colleague decided is on the page now: sent again, the choice replaces it.
        whole = queries.ranking(found.id)
        line = whole.numbered(number) or abort(404)
        form.seen.data = _seen(line)
        return _file(found, whole, line, form, refused=sentence_of(error), status=error.status)
    message = _decided(number, Stage(form.stage.data))
    whole = queries.ranking(found.id)
    following = _next_undecided(whole, number)
    if following is None:
        if not whole.tally.undecided:
            message = _(
                "%(decided)s Toutes les décisions sont prises : l’équipe de modération peut les "
                "publier.",
                decided=message,
            )
        kept = {name: value for name, value in _query().items() if name != "etat"}
        return see("copil.ranking", consultation=consultation, **kept, message=message)
    return see(
        "copil.proposal", consultation=consultation, number=following, **_query(), message=message
    )


def _fill(form: DecisionForm, line: RankedProposal) -> None:
    """Fill the form with the current verdict."""
    form.seen.data = _seen(line)
    if line.verdict is not None:
        form.stage.data, form.reason.data = line.verdict.stage.value, line.verdict.reason


def _seen(line: RankedProposal) -> int | None:
    return line.verdict.version if line.verdict else None


def _decided(number: int, stage: Stage) -> str:
    if stage is Stage.SELECTED:
        return _("La proposition n° %(number)d est retenue.", number=number)
    if stage is Stage.DEFERRED:
        return _("La proposition n° %(number)d est différée.", number=number)
    return _("La proposition n° %(number)d n’est pas retenue.", number=number)


def _next_undecided(whole: Ranking, number: int) -> int | None:
    """The proposal to decide after this one, back to the first when the end is reached."""
    lines = whole.read(filters_in(request.args), keeping=number)
    numbers = [line.number for line in lines]
    here = numbers.index(number)
    after = [*lines[here + 1 :], *lines[:here]]
    return next((line.number for line in after if line.verdict is None), None)


def _file(
    found: Consultation,
    whole: Ranking,
    line: RankedProposal,
    form: DecisionForm,
    *,
    assessment: AssessmentForm | None = None,
    refused: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    ctx = context()
    assessment = assessment or AssessmentForm(formdata=None, maturity=line.proposal.maturity)
    numbers = [each.number for each in whole.read(filters_in(request.args), keeping=line.number)]
    here = numbers.index(line.number)
    return render_template(
        "voting/copil/proposal.html",
        consultation=found,
        line=line,
        proposal=line.proposal,
        total=len(whole.lines),
        form=form,
        assessment=assessment,
        refused=refused,
        contributions=gathered(line.proposal.id),
        supports=queries.supports_by_kind(line.proposal.id),
        kinds=KIND_PLURALS,
        before=numbers[here - 1] if here else None,
        after=numbers[here + 1] if here + 1 < len(numbers) else None,
        may_decide=_may(found, ctx, DECIDE),
        may_assess=_may(found, ctx, ASSESS),
        query=_query(),
        **_opening(ctx),
    ), status


@blueprint.post("/consultations/<consultation>/comite/propositions/<int:number>/maturite")
@signed_in
@performs(ASSESS)
def assess(consultation: str, number: int) -> ResponseReturnValue:
    found = _committee()
    whole = queries.ranking(found.id)
    line = whole.numbered(number) or abort(404)
    assessment = AssessmentForm()
    if not assessment.submitted():
        form = DecisionForm(formdata=None)
        _fill(form, line)
        return _file(found, whole, line, form, assessment=assessment, status=422)
    operations.assess_maturity(line.proposal, Maturity(assessment.maturity.data), ctx=context())
    return see(
        "copil.proposal",
        consultation=consultation,
        number=number,
        **_query(),
        message=_("La maturité est enregistrée."),
    )


@blueprint.post("/consultations/<consultation>/comite/propositions/<int:number>/annuler")
@signed_in
@performs(DECIDE)
def undo(consultation: str, number: int) -> ResponseReturnValue:
    found = _committee()
    line = queries.ranking(found.id).numbered(number) or abort(404)
    operations.undo_verdict(line.proposal, seen=UndoForm().seen.data, ctx=context())
    return see(
        "copil.proposal",
        consultation=consultation,
        number=number,
        **_query(),
        message=_("La décision est annulée : la proposition reste à décider."),
    )


@blueprint.route("/consultations/<consultation>/comite/publication", methods=["GET", "POST"])
@signed_in
@performs(PUBLISH_SELECTION)
def publication(consultation: str) -> ResponseReturnValue:
    found, ctx = _committee(), context()
    form, refused, status = PublicationForm(), "", 200
    if request.method == "POST" and form.submitted():
        try:
            publish_selection(found, ctx=ctx)
            return see(
                "copil.decisions",
                consultation=consultation,
                message=_("Les décisions sont publiées ; les auteurs en sont informés."),
            )
        except DomainError as error:
            refused, status = sentence_of(error), error.status
    whole = queries.ranking(found.id)
    undecided = [line.number for line in whole.lines if line.verdict is None]
    early = refusal(ctx, PUBLISH_SELECTION)
    blocks = [sentence_of(block) for block in publication_refusals(undecided, whole.tally.selected)]
    return render_template(
        "voting/copil/publication.html",
        consultation=found,
        whole=whole,
        by_stage=queries.by_stage(whole.lines),
        stages=Stage,
        authors=queries.count_recipients(found.id),
        form=form,
        refused=refused,
        blocks=[sentence_of(early), *blocks] if isinstance(early, PhaseClosed) else blocks,
        may_publish=entitled(ctx, PUBLISH_SELECTION),
        call=_window(ctx, Phase.AMI),
        instant=ctx.instant,
    ), 422 if form.errors else status


@blueprint.get("/consultations/<consultation>/decisions")
@public
def decisions(consultation: str) -> ResponseReturnValue:
    found, ctx = named_consultation(), context()
    whole = queries.public_ranking(found.id)
    return render_template(
        "voting/copil/decisions.html",
        consultation=found,
        whole=whole,
        by_stage=queries.by_stage(whole.lines),
        stages=Stage,
        organisations=queries.organisations_sitting(
            found.id, found.published_at(PublicationKind.SELECTION) or ctx.instant
        ),
        support=_window(ctx, Phase.SUPPORT),
        call=_window(ctx, Phase.AMI),
        instant=ctx.instant,
        may_read=entitled(ctx, READ_COMMITTEE),
        may_appoint=entitled(ctx, APPOINT),
    )
