"""The public list of contributions, a contribution, and the pages of its author."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.areas import DEPARTEMENTS
from app.calendar.queries import themes as themes_of
from app.context import around, named_consultation
from app.db import db
from app.errors import DomainError, NotAllowed
from app.formats import sentence_of
from app.gate.refusals import allows, check, entitled, privy
from app.gate.verbs import EDIT, MODERATE, WITHDRAW, WRITE_DRAFT
from app.moderation.queries import current_hiding
from app.phases import Phase, PublicationKind
from app.territories.forms import Picked, choices, picked
from app.territories.search import search_territories
from app.texts import cleaned
from app.web import WRITES, context, limiter, page_number, performs, public, see, signed_in
from consultation.contributions import operations, queries
from consultation.contributions.fates import FATES
from consultation.contributions.forms import WordsForm
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.queries import Filters, Order
from consultation.contributions.rules import deposits_for, version_of

blueprint = Blueprint(
    "contributions", __name__, url_prefix="/consultations/<consultation>/contributions"
)
NUMBER = "<int:number>"
# No territory bears it: what is asked of a place that is not known finds nothing.
NOWHERE = UUID(int=0)


@blueprint.get("")
@public
def index(consultation: str) -> ResponseReturnValue:
    found = named_consultation()
    themes = themes_of(found.id)
    place_name = cleaned(request.args.get("nom"))
    looking = bool(request.args.get("chercher"))
    where = Picked() if looking else picked(request.args.get("territoire"), place_name)
    filters = _filters({theme.id for theme in themes}, where)
    listing = queries.public_contributions(found.id, filters, page=page_number())
    return render_template(
        "consultation/contributions/index.html",
        **around(Phase.COLLECTION),
        filters=filters,
        themes=themes,
        kinds=Kind,
        orders=Order,
        fates=FATES if context().is_published(PublicationKind.PROPOSALS) else {},
        departements=DEPARTEMENTS,
        territory=where.territory,
        unclear=where.said,
        place_name=place_name,
        results=choices(search_territories(db.session(), place_name)) if looking else where.results,
        listing=listing,
        meant=queries.meant(found.id, filters.words)
        if filters.words and not listing.items
        else None,
    )


def _filters(theme_ids: set[UUID], where: Picked) -> Filters:
    """What the address asks for; whatever it asks that does not exist is left out."""
    wanted = request.args
    theme_id = wanted.get("theme", type=UUID)
    return Filters(
        words=cleaned(wanted.get("q"))[:200],
        kind=wanted.get("type", type=Kind),
        theme_id=theme_id if theme_id in theme_ids else None,
        territory_id=where.territory.id if where.territory else NOWHERE if where.said else None,
        departement_code=code if (code := wanted.get("departement", "")) in DEPARTEMENTS else "",
        fate=_fate(wanted.get("suite", "")),
        order=wanted.get("ordre", Order.RELEVANT, type=Order),
    )


def _fate(asked: str) -> str:
    """The outcome asked for, once outcomes are public."""
    known = asked in FATES and context().is_published(PublicationKind.PROPOSALS)
    return asked if known else ""


@blueprint.get(f"/{NUMBER}")
@public
def page(consultation: str, number: int) -> ResponseReturnValue:
    found = _contribution(number)
    ctx = context()
    wrote = found.author_id is not None and found.author_id == ctx.actor.person_id
    own = wrote or entitled(ctx, EDIT, found)
    moderates = privy(ctx, MODERATE)
    if found.status is Status.WITHDRAWN and not own:
        # It was public, and is spoken of in the journal: what it said is gone.
        gone = render_template(
            "consultation/contributions/gone.html",
            **around(Phase.COLLECTION),
            contribution=found,
        )
        return gone, 410
    return render_template(
        "consultation/contributions/page.html",
        **around(Phase.COLLECTION),
        contribution=found,
        own=own,
        wrote=wrote,
        moderates=moderates,
        hiding=current_hiding(found.id) if found.hidden_at else None,
        reads_hidden=own or moderates,
        statuses=Status,
        may_edit=allows(ctx, EDIT, found),
        may_withdraw=allows(ctx, WITHDRAW, found),
    )


@blueprint.get("/mes-contributions")
@signed_in
def mine(consultation: str) -> ResponseReturnValue:
    ctx = context()
    own = [each.territory_id for each in ctx.actor.memberships if each.is_current(ctx.instant)]
    written = queries.contributions_of(named_consultation().id, ctx.actor.person_id, members_of=own)
    found = [
        contribution
        for contribution in written
        if contribution.status is not Status.DRAFT or allows(ctx, WRITE_DRAFT, contribution)
    ]
    return render_template(
        "consultation/contributions/mine.html",
        **around(Phase.COLLECTION),
        contributions=found,
        me=ctx.actor.person_id,
        statuses=Status,
        editable={each.id for each in found if allows(ctx, EDIT, each)},
        prepared={
            each.id
            for each in found
            if each.drafting_mandate and not deposits_for(ctx, each.places)
        },
    )


@blueprint.route(f"/{NUMBER}/modifier", methods=["GET", "POST"])
@signed_in
@performs(EDIT)
@limiter.limit(WRITES, methods=["POST"])
def edit(consultation: str, number: int) -> ResponseReturnValue:
    found = _contribution(number)
    form = WordsForm()
    form.offer_words(themes_of(found.consultation_id))
    if not form.is_submitted():
        check(context(), EDIT, found)
        form.show(found)
    refused: DomainError | None = None
    if form.submitted():
        try:
            operations.edit_contribution(
                found, content=form.content(), seen=form.seen.data or "", ctx=context()
            )
            return see(
                "contributions.page",
                consultation=consultation,
                number=number,
                message=_("Votre contribution est à jour."),
            )
        except NotAllowed:
            raise
        except DomainError as error:
            refused = error
            form.seen.data = version_of(found)
    return render_template(
        "consultation/contributions/edit.html",
        **around(Phase.COLLECTION),
        form=form,
        contribution=found,
        refused=refused,
        refusal=sentence_of(refused) if refused else "",
    ), refused.status if refused else 422 if form.errors else 200


@blueprint.route(f"/{NUMBER}/retirer", methods=["GET", "POST"])
@signed_in
@performs(WITHDRAW)
def withdraw(consultation: str, number: int) -> ResponseReturnValue:
    found = _contribution(number)
    if request.method == "POST":
        operations.withdraw_contribution(found, ctx=context())
        return see(
            "contributions.mine",
            consultation=consultation,
            message=_("La contribution n° %(number)d est retirée.", number=number),
        )
    check(context(), WITHDRAW, found)
    return render_template(
        "consultation/contributions/withdraw.html", **around(Phase.COLLECTION), contribution=found
    )


def _contribution(number: int) -> Contribution:
    found = queries.contribution_by_number(named_consultation().id, number) or abort(404)
    assert isinstance(found, Contribution)
    return found
