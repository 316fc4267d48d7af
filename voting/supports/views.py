"""The public proposals, and the support collectivities give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates.queries import ActingFor, territories_acted_for
from app.authority.memberships.queries import own_suspended
from app.calendar.queries import themes
from app.calendar.reminders.operations import ask_reminder, give_up_reminder
from app.calendar.reminders.queries import has_asked
from app.context import named_consultation
from app.db import db
from app.errors import DomainError
from app.formats import of, sentence_of
from app.gate.actors import Context
from app.gate.refusals import allows, refusal, relied_on, undoing_refusal
from app.gate.verbs import ASK_REMINDER, CORRECT, SUPPORT, WITHDRAW_SUPPORT
from app.phases import Phase, PublicationKind
from app.territories.forms import chosen_territory
from app.texts import cleaned
from app.web import MANY_ACTS, context, limiter, page_number, performs, public, see, signed_in
from consultation.proposals.models import DECISIONS, Maturity, Proposal, Stage
from consultation.proposals.queries import gathered
from voting.supports import operations, queries
from voting.supports.models import Support
from voting.supports.queries import Order

blueprint = Blueprint("supports", __name__)


@dataclass(frozen=True)
class Position:
    """What a territory the visitor acts for has done, and may do, about a proposal."""

    acting: ActingFor
    given: Support | None
    refused: str


@blueprint.get("/consultations/<consultation>/propositions")
@public
def proposals(consultation: str) -> ResponseReturnValue:
    ctx = context()
    assert ctx.calendar is not None
    theme_id = request.args.get("theme", type=UUID)
    decisions = DECISIONS if ctx.calendar.published_at(PublicationKind.SELECTION) else ()
    asked = request.args.get("decision", type=Stage)
    decision = asked if asked in decisions else None
    words = cleaned(request.args.get("q"))[:200]
    usual = Order.RELEVANT if words else Order.SUPPORTS
    order = request.args.get("ordre", usual, type=Order)
    found = queries.public_proposals(
        ctx.calendar.consultation_id,
        words=words,
        theme_id=theme_id,
        decision=decision,
        order=order,
        page=page_number(),
    )
    mine = territories_acted_for(ctx, SUPPORT)
    via = {acting.territory.id: acting.via for acting in mine}
    supported = queries.current_supports(via, [proposal.id for proposal in found.items])
    return render_template(
        "voting/supports/proposals.html",
        slug=consultation,
        found=found,
        words=words,
        meant=None
        if found.items or not words
        else queries.meant(ctx.calendar.consultation_id, words),
        order=order,
        orders=Order,
        theme_id=theme_id,
        themes=themes(ctx.calendar.consultation_id),
        decision=decision,
        decisions=decisions,
        window=ctx.calendar.window(Phase.SUPPORT),
        instant=ctx.instant,
        published=ctx.calendar.published_at(PublicationKind.PROPOSALS),
        supported={proposal_id for territory_id, proposal_id in supported if not via[territory_id]},
        reminded=has_asked(ctx.calendar.consultation_id, Phase.SUPPORT, ctx.actor.person_id),
        asks_reminder=allows(ctx, ASK_REMINDER),
        helped=Counter(proposal_id for territory_id, proposal_id in supported if via[territory_id]),
    )


@blueprint.get("/consultations/<consultation>/propositions/<int:number>")
@public
def proposal(consultation: str, number: int) -> ResponseReturnValue:
    return _page(consultation, _proposal(number))


@blueprint.post("/consultations/<consultation>/propositions/rappel")
@signed_in
@performs(ASK_REMINDER)
def remind(consultation: str) -> ResponseReturnValue:
    """Ask to be reminded before the supports close, or no longer."""
    found, ctx = named_consultation(), context()
    if request.form.get("rappel"):
        ask_reminder(found, phase=Phase.SUPPORT, ctx=ctx)
        message = _("C’est noté : un courriel vous le rappellera trois jours avant la clôture.")
    else:
        give_up_reminder(found, phase=Phase.SUPPORT, ctx=ctx)
        message = _("C’est noté : vous ne recevrez pas de rappel.")
    return see("supports.proposals", consultation=consultation, message=message)


@blueprint.post("/consultations/<consultation>/propositions/<int:number>/soutien")
@signed_in
@performs(SUPPORT)
@limiter.limit(MANY_ACTS)
def give(consultation: str, number: int) -> ResponseReturnValue:
    return _act(
        consultation,
        number,
        operations.give_support,
        lambda name: _("%(name)s soutient cette proposition.", name=name),
    )


@blueprint.post("/consultations/<consultation>/propositions/<int:number>/soutien/retirer")
@signed_in
@performs(WITHDRAW_SUPPORT)
@limiter.limit(MANY_ACTS)
def withdraw(consultation: str, number: int) -> ResponseReturnValue:
    return _act(
        consultation,
        number,
        operations.withdraw_support,
        lambda name: _("Le soutien %(of_name)s est retiré.", of_name=of(name)),
    )


def _act(
    slug: str, number: int, operation: Callable[..., object], said: Callable[[str], str]
) -> ResponseReturnValue:
    found = _proposal(number)
    territory = chosen_territory(request.form.get("territory"))
    if territory is None:
        return _page(slug, found, _("Dites pour quelle collectivité vous agissez."), 422)
    try:
        operation(found, on_behalf_of=territory, ctx=context())
    except DomainError as error:
        return _page(slug, found, sentence_of(error), error.status)
    return see("supports.proposal", consultation=slug, number=number, message=said(territory.name))


def _proposal(number: int) -> Proposal:
    return queries.public_proposal(named_consultation().id, number) or abort(404)


def _page(slug: str, found: Proposal, refused: str = "", status: int = 200) -> ResponseReturnValue:
    if refused:
        # What was read with the refused act is given up: the page shows what is current.
        db.session.rollback()
    ctx = context()
    assert ctx.calendar is not None
    # The maturity is assessed in private: it is shown with the decision, never before.
    decided = (
        bool(ctx.calendar.published_at(PublicationKind.SELECTION)) and found.stage in DECISIONS
    )
    return render_template(
        "voting/supports/proposal.html",
        slug=slug,
        proposal=found,
        refused=refused,
        decided=decided,
        maturity=Maturity(found.maturity) if decided and found.maturity else None,
        contributions=gathered(found.id),
        corrects=allows(ctx, CORRECT),
        supporters=queries.supporters(found, page_number()),
        window=ctx.calendar.window(Phase.SUPPORT),
        instant=ctx.instant,
        positions=_positions(found, ctx),
        signed_in=ctx.actor.person_id is not None,
        helps=bool(ctx.actor.mandates),
        own_suspended=own_suspended(ctx.actor),
    ), status


def _positions(found: Proposal, ctx: Context) -> list[Position]:
    mine = territories_acted_for(ctx, SUPPORT)
    given = queries.current_supports([acting.territory.id for acting in mine], [found.id])
    positions = []
    for acting in mine:
        current = given.get((acting.territory.id, found.id))
        refused = refusal(ctx, SUPPORT, acting.territory)
        if refused is None and current is not None:
            right = relied_on(ctx, WITHDRAW_SUPPORT, acting.territory)
            refused = undoing_refusal(right, done_by=current.mandate)
        positions.append(Position(acting, current, sentence_of(refused) if refused else ""))
    return positions
