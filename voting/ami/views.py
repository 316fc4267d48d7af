"""The calls of a consultation, and the part territories take in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates.queries import ActingFor, territories_acted_for
from app.authority.memberships.queries import own_suspended
from app.context import named_consultation
from app.db import db
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.actors import KIND_PLURALS, Context
from app.gate.refusals import refusal, relied_on, undoing_refusal
from app.gate.verb import Verb
from app.gate.verbs import JOIN, LEAVE, REFER
from app.phases import Phase, PublicationKind
from app.territories.forms import chosen_territory
from app.web import MANY_ACTS, context, limiter, performs, public, see, signed_in
from consultation.proposals.models import Proposal
from voting.ami import operations, queries
from voting.ami.models import Part, Participation

blueprint = Blueprint("ami", __name__)

_VERBS = {Part.REFERENT: REFER, Part.WORKING_GROUP: JOIN}


@dataclass(frozen=True)
class Position:
    """What a territory the visitor acts for does, and may do, about a call.

    `offers` are the parts it may take up now, `refusals` say why it may not take the others.
    """

    acting: ActingFor
    taken: Participation | None
    offers: list[Part]
    refusals: list[str]
    may_leave: bool


@blueprint.get("/consultations/<consultation>/ami")
@public
def calls(consultation: str) -> ResponseReturnValue:
    ctx = context()
    assert ctx.calendar is not None
    consultation_id = ctx.calendar.consultation_id
    mine = territories_acted_for(ctx, REFER)
    return render_template(
        "voting/ami/calls.html",
        slug=consultation,
        calls=queries.calls(consultation_id),
        Part=Part,
        published=ctx.calendar.published_at(PublicationKind.SELECTION),
        window=ctx.calendar.window(Phase.AMI),
        instant=ctx.instant,
        may_refer=_kinds(ctx, REFER),
        may_join=_kinds(ctx, JOIN),
        parts=queries.current_parts(_ids(mine, helped=False), consultation_id),
        helped=queries.current_parts(_ids(mine, helped=True), consultation_id),
    )


@blueprint.get("/consultations/<consultation>/ami/<int:number>")
@public
def call(consultation: str, number: int) -> ResponseReturnValue:
    return _page(consultation, _proposal(number))


@blueprint.post("/consultations/<consultation>/ami/<int:number>/referent")
@signed_in
@performs(REFER)
@limiter.limit(MANY_ACTS)
def refer(consultation: str, number: int) -> ResponseReturnValue:
    return _act(
        consultation,
        number,
        operations.become_referent,
        lambda name: _("%(name)s est territoire référent de cette proposition.", name=name),
    )


@blueprint.post("/consultations/<consultation>/ami/<int:number>/groupe-de-travail")
@signed_in
@performs(JOIN)
@limiter.limit(MANY_ACTS)
def join(consultation: str, number: int) -> ResponseReturnValue:
    return _act(
        consultation,
        number,
        operations.join_working_group,
        lambda name: _("%(name)s participe au groupe de travail de cette proposition.", name=name),
    )


@blueprint.post("/consultations/<consultation>/ami/<int:number>/retrait")
@signed_in
@performs(LEAVE)
@limiter.limit(MANY_ACTS)
def leave(consultation: str, number: int) -> ResponseReturnValue:
    return _act(
        consultation,
        number,
        operations.leave,
        lambda name: _("%(name)s ne participe plus à la suite de cette proposition.", name=name),
    )


def _act(
    slug: str, number: int, operation: Callable[..., object], said: Callable[[str], str]
) -> ResponseReturnValue:
    found = _proposal(number)
    territory = chosen_territory(request.form.get("territory"))
    if territory is None:
        return _page(slug, found, _("Dites pour quel territoire vous agissez."), 422)
    try:
        operation(found, on_behalf_of=territory, ctx=context())
    except DomainError as error:
        return _page(slug, found, sentence_of(error), error.status)
    return see("ami.call", consultation=slug, number=number, message=said(territory.name))


def _proposal(number: int) -> Proposal:
    return queries.selected_proposal(named_consultation().id, number) or abort(404)


def _page(slug: str, found: Proposal, refused: str = "", status: int = 200) -> ResponseReturnValue:
    if refused:
        # What was read with the refused act is given up: the page shows what is current.
        db.session.rollback()
    ctx = context()
    assert ctx.calendar is not None
    taking_part = queries.participants(found.id)
    taken = {participation.territory_id: participation for participation in taking_part}
    window = ctx.calendar.window(Phase.AMI)
    return render_template(
        "voting/ami/call.html",
        slug=slug,
        proposal=found,
        refused=refused,
        Part=Part,
        may_refer=_kinds(ctx, REFER),
        may_join=_kinds(ctx, JOIN),
        referents=[p for p in taking_part if p.part is Part.REFERENT],
        working_group=[p for p in taking_part if p.part is Part.WORKING_GROUP],
        window=window,
        instant=ctx.instant,
        over=ctx.calendar.is_past(Phase.AMI, ctx.instant),
        positions=[
            _position(acting, taken.get(acting.territory.id), ctx)
            for acting in territories_acted_for(ctx, REFER)
        ],
        signed_in=ctx.actor.person_id is not None,
        helps=bool(ctx.actor.mandates),
        own_suspended=own_suspended(ctx.actor),
    ), status


def _position(acting: ActingFor, taken: Participation | None, ctx: Context) -> Position:
    territory = acting.territory
    if refusal(ctx, LEAVE, territory):
        # The power or the window is lacking, for one part as for the other: said once.
        allowed = territory.kind in ctx.calendar.kinds_allowed(REFER.name) if ctx.calendar else True
        refused = refusal(ctx, REFER if allowed else JOIN, territory)
        return Position(
            acting, taken, [], [sentence_of(refused)] if refused else [], may_leave=False
        )
    right = relied_on(ctx, LEAVE, territory)
    if taken and (kept := undoing_refusal(right, done_by=taken.mandate)):
        return Position(acting, taken, [], [sentence_of(kept)], may_leave=False)
    offers, refusals = [], []
    for part, verb in _VERBS.items():
        if taken is not None and taken.part is part:
            continue
        if refused := refusal(ctx, verb, territory):
            refusals.append(sentence_of(refused))
        else:
            offers.append(part)
    return Position(acting, taken, offers, refusals, may_leave=taken is not None)


def _ids(mine: Sequence[ActingFor], *, helped: bool) -> list[UUID]:
    """The territories one acts for by a mandate, or those one acts for in one's own right."""
    return [acting.territory.id for acting in mine if bool(acting.via) is helped]


def _kinds(ctx: Context, verb: Verb) -> list[str]:
    """The kinds of territory a verb is open to in this consultation, in the usual order."""
    assert ctx.calendar is not None
    allowed = ctx.calendar.kinds_allowed(verb.name)
    return [_(plural) for kind, plural in KIND_PLURALS.items() if kind in allowed]
