"""The public proposals, and the support collectivities give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar.queries import themes
from app.db import db
from app.errors import DomainError
from app.gate import SUPPORT, Context, refusal
from app.phases import Phase
from app.territories.memberships.queries import territories_of
from app.territories.models import Territory
from app.web import context, page_number, public, see, signed_in, told
from consultation.proposals.models import DECISIONS, Maturity, Proposal, Stage
from voting.supports import operations, queries
from voting.supports.forms import SupportForm
from voting.supports.queries import Order

blueprint = Blueprint("supports", __name__)


@dataclass(frozen=True)
class Standing:
    """Where one of the visitor's territories stands towards a proposal."""

    territory: Territory
    since: datetime | None
    refused: str


@blueprint.get("/consultations/<consultation>/propositions")
@public
def proposals(consultation: str) -> ResponseReturnValue:
    ctx = context()
    assert ctx.calendar is not None
    theme_id = request.args.get("theme", type=UUID)
    order = request.args.get("ordre", Order.SUPPORTS, type=Order)
    decisions = DECISIONS if ctx.calendar.selection_published_at else ()
    asked = request.args.get("decision", type=Stage)
    decision = asked if asked in decisions else None
    words = request.args.get("q", "").strip()
    found = queries.public_proposals(
        ctx.calendar.consultation_id, words=words, theme_id=theme_id, decision=decision,
        order=order, page=page_number(),
    )  # fmt: skip
    mine = territories_of(ctx.actor)
    return render_template(
        "voting/supports/proposals.html",
        slug=consultation, found=found, words=words, order=order, orders=Order,
        theme_id=theme_id, themes=themes(ctx.calendar.consultation_id),
        decision=decision, decisions=decisions,
        window=ctx.calendar.window(Phase.SUPPORT), instant=ctx.instant,
        published=ctx.calendar.proposals_published_at,
        supported={
            proposal_id
            for _territory, proposal_id in queries.standing_supports(
                [territory.id for territory in mine], [p.id for p in found.items]
            )
        },
    )  # fmt: skip


@blueprint.get("/consultations/<consultation>/propositions/<int:number>")
@public
def proposal(consultation: str, number: int) -> ResponseReturnValue:
    return _page(consultation, _proposal(number))


@blueprint.post("/consultations/<consultation>/propositions/<int:number>/soutien")
@signed_in
def give(consultation: str, number: int) -> ResponseReturnValue:
    found = _proposal(number)
    territory = _territory()
    if territory is None:
        return _page(consultation, found, _("Dites pour quelle collectivité vous agissez."), 422)
    try:
        operations.give_support(found, on_behalf_of=territory, ctx=context())
    except DomainError as error:
        return _page(consultation, found, told(error), error.status)
    return see(
        "supports.proposal", consultation=consultation, number=number,
        message=_("%(name)s soutient cette proposition.", name=territory.name),
    )  # fmt: skip


@blueprint.post("/consultations/<consultation>/propositions/<int:number>/soutien/retirer")
@signed_in
def withdraw(consultation: str, number: int) -> ResponseReturnValue:
    found = _proposal(number)
    territory = _territory()
    if territory is None:
        return _page(consultation, found, _("Dites pour quelle collectivité vous agissez."), 422)
    try:
        operations.withdraw_support(found, on_behalf_of=territory, ctx=context())
    except DomainError as error:
        return _page(consultation, found, told(error), error.status)
    return see(
        "supports.proposal", consultation=consultation, number=number,
        message=_("Le soutien de %(name)s est retiré.", name=territory.name),
    )  # fmt: skip


def _proposal(number: int) -> Proposal:
    consultation_id = context().consultation_id
    assert consultation_id is not None
    found = queries.public_proposal(consultation_id, number) or abort(404)
    assert isinstance(found, Proposal)
    return found


def _territory() -> Territory | None:
    form = SupportForm()
    return db.session.get(Territory, UUID(form.territory.data)) if form.submitted() else None


def _page(slug: str, found: Proposal, refused: str = "", status: int = 200) -> ResponseReturnValue:
    if refused:
        # What was read with the refused act is given up: the page shows what stands.
        db.session.rollback()
    ctx = context()
    assert ctx.calendar is not None
    page = page_number()
    # The maturity is assessed in private: it is told with the decision, never before.
    decided = bool(ctx.calendar.selection_published_at) and found.stage in DECISIONS
    return render_template(
        "voting/supports/proposal.html",
        slug=slug, proposal=found, refused=refused,
        decided=decided,
        maturity=Maturity(found.maturity) if decided and found.maturity else None,
        contributions=queries.gathered(found.id),
        supporters=queries.supporters(found.id, page),
        page=page, pages=-(-found.supports_count // queries.SUPPORTERS_PAGE_SIZE),
        window=ctx.calendar.window(Phase.SUPPORT), instant=ctx.instant,
        standings=_standings(found, ctx), signed_in=ctx.actor.person_id is not None,
    ), status  # fmt: skip


def _standings(found: Proposal, ctx: Context) -> list[Standing]:
    mine = territories_of(ctx.actor)
    since = queries.standing_supports([territory.id for territory in mine], [found.id])
    standings = []
    for territory in mine:
        refused = refusal(ctx, SUPPORT, territory)
        given_at = since.get((territory.id, found.id))
        standings.append(Standing(territory, given_at, told(refused) if refused else ""))
    return standings
