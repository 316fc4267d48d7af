"""The mandates of a collectivity, for its members; those that name someone, for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates import operations, queries
from app.authority.mandates.forms import MandateForm
from app.authority.mandates.messages import mandate_text, period, signed_file
from app.authority.mandates.models import Mandate
from app.authority.mandates.rules import (
    ACTION_PHASES,
    LONGEST,
    MOST_PERSONS,
    articles,
    fingerprint,
)
from app.authority.mandates.uses.queries import uses_of
from app.authority.memberships.queries import territories_of
from app.authority.rights.queries import within_scope
from app.calendar.models import Consultation
from app.calendar.queries import consultations
from app.clock import in_paris
from app.db import db
from app.errors import N_, DomainError, NotAllowed
from app.formats import sentence_of
from app.gate.actors import Action
from app.gate.refusals import allows, check, entitled, privy
from app.gate.verbs import (
    CONTEST_MANDATE,
    PREPARE_MANDATE,
    REVOKE_MANDATE,
    SIGN_MANDATE,
    WATCH_MANDATES,
)
from app.identity.models import Person
from app.phases import Phase
from app.territories.forms import Picked, choices, chosen_territory, pick
from app.territories.models import Territory
from app.territories.rules import chosen
from app.territories.search import search_territories
from app.web import context, limiter, page_number, performs, see, signed_in, written

blueprint = Blueprint("mandates", __name__)


@blueprint.get("/ma-collectivite/mandats")
@signed_in
def mandates() -> ResponseReturnValue:
    ctx = context()
    mine = territories_of(ctx.actor)
    territory = chosen(mine, request.args.get("territoire", type=UUID))
    return render_template(
        "app/authority/mandates/mandates.html",
        mine=mine,
        territory=territory,
        instant=ctx.instant,
        period=period,
        mandates=queries.mandates_of_territory(territory.id) if territory else [],
        prepares=territory is not None and allows(ctx, PREPARE_MANDATE, territory),
    )


@blueprint.route("/ma-collectivite/mandats/preparer/<uuid:territory_id>", methods=["GET", "POST"])
@signed_in
@performs(PREPARE_MANDATE)
@limiter.limit("60 per hour", methods=["POST"])
def prepare(territory_id: UUID) -> ResponseReturnValue:
    return _preparation(db.session.get(Territory, territory_id) or abort(404))


@blueprint.route("/ma-collectivite/mandats/<uuid:mandate_id>/modifier", methods=["GET", "POST"])
@signed_in
@performs(PREPARE_MANDATE)
@limiter.limit("60 per hour", methods=["POST"])
def rewrite(mandate_id: UUID) -> ResponseReturnValue:
    mandate = queries.mandate(mandate_id) or abort(404)
    return _preparation(mandate.territory, mandate)


def _preparation(territory: Territory, mandate: Mandate | None = None) -> ResponseReturnValue:
    """The form of a mandate to prepare or, with one that is prepared, to correct."""
    ctx, form, results, status = context(), MandateForm(), None, 200
    check(ctx, PREPARE_MANDATE, territory)
    if mandate and mandate.given_at is not None and request.method == "GET":
        return see("mandates.one", mandate_id=mandate.id)
    offered = _offered(ctx.instant)
    possible = _possible(offered, ctx.instant)
    form.offer(offered, possible)
    if request.method == "GET" and mandate:
        form.show(mandate)
    elif request.method == "GET":
        usual = (Action.DRAFT, Action.SUBMIT)
        form.actions.data = [action.value for action in usual if action in possible]
        form.starts_on.data = in_paris(ctx.instant).date()
    elif request.form.get("chercher"):
        results = choices(search_territories(db.session(), written(form.query)))
    elif (helper_said := _picked(form)) is not None:
        results, status = helper_said.results, 422
        form.validate()
        form.territory.errors = [helper_said.said]
    elif form.submitted():
        try:
            return _prepared(territory, mandate, form, offered)
        except NotAllowed:
            raise
        except DomainError as error:
            form.form_errors.append(sentence_of(error))
            status = error.status
    else:
        status = 422
    helper = chosen_territory(form.territory.data)
    return render_template(
        "app/authority/mandates/prepare.html",
        territory=territory,
        mandate=mandate,
        form=form,
        results=results,
        offered=offered,
        chosen=[{"value": str(helper.id), "label": helper.label}] if helper else [],
        longest=LONGEST.days,
        most=MOST_PERSONS,
        confirmed=ctx.stepped_up,
    ), status


def _picked(form: MandateForm) -> Picked | None:
    """Fill in the helper structure that was typed and not chosen; what to ask when unsure."""
    found = pick(form.territory, form.query)
    return found if found.said else None


def _offered(instant: datetime) -> list[Consultation]:
    """The consultations that are not over for whoever acts in them."""
    calendars = ((each, each.calendar()) for each in consultations())
    return [
        each
        for each, calendar in calendars
        if calendar.announced and not calendar.archived and not calendar.is_past(Phase.AMI, instant)
    ]


def _possible(offered: Sequence[Consultation], instant: datetime) -> list[Action]:
    """The actions there is still time for, in one consultation at least."""
    calendars = [each.calendar() for each in offered]
    return [
        action
        for action, phase in ACTION_PHASES.items()
        if any(not each.is_past(phase, instant) for each in calendars)
    ]


def _prepared(
    territory: Territory,
    mandate: Mandate | None,
    form: MandateForm,
    offered: Sequence[Consultation],
) -> ResponseReturnValue:
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    terms = operations.Terms(
        consultation=next(each for each in offered if each.id == form.consultation.data),
        helper=chosen_territory(form.territory.data),
        helper_name=written(form.helper_name),
        persons=form.written_persons(),
        actions=form.chosen_actions(),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
    )
    if mandate:
        operations.rewrite_mandate(mandate, ctx=context(), **terms)
    else:
        mandate = operations.prepare_mandate(territory, ctx=context(), **terms)
    return see("mandates.sign", mandate_id=mandate.id)


@blueprint.get("/ma-collectivite/mandats/<uuid:mandate_id>")
@signed_in
def one(mandate_id: UUID) -> ResponseReturnValue:
    ctx, mandate = context(), _readable(mandate_id)
    own = next((n for n in mandate.persons if n.person_id == ctx.actor.person_id), None)
    return render_template(
        "app/authority/mandates/one.html",
        mandate=mandate,
        articles=articles(_text(mandate)),
        instant=ctx.instant,
        period=period(mandate),
        own=own,
        uses=uses_of(mandate.id, page_number(), whole=request.args.get("actes") == "tous"),
        member=ctx.actor.membership_of(mandate.territory_id, ctx.instant) is not None,
        ends=allows(ctx, REVOKE_MANDATE, mandate.territory),
        contests=mandate.given_at is not None
        and mandate.contested_at is None
        and allows(ctx, CONTEST_MANDATE, mandate.territory),
        prepares=allows(ctx, PREPARE_MANDATE, mandate.territory),
        signs=entitled(ctx, SIGN_MANDATE, mandate.territory),
        outside=own is not None
        and mandate.helper_id is not None
        and ctx.actor.membership_of(mandate.helper_id, ctx.instant) is None,
    )


@blueprint.get("/ma-collectivite/mandats/<uuid:mandate_id>/texte")
@signed_in
def text(mandate_id: UUID) -> ResponseReturnValue:
    """The text as it was signed, to the byte, then who signed it, when, and how to verify it."""
    mandate = _readable(mandate_id)
    if mandate.given_at is None:
        abort(404)
    name, words = signed_file(mandate)
    response = current_app.response_class(words, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.route("/ma-collectivite/mandats/<uuid:mandate_id>/signer", methods=["GET", "POST"])
@signed_in
@performs(SIGN_MANDATE)
def sign(mandate_id: UUID) -> ResponseReturnValue:
    """The text is read by whoever prepares it; signing it takes a confirmation besides."""
    mandate = queries.mandate(mandate_id) or abort(404)
    check(context(), PREPARE_MANDATE, mandate.territory)
    refused, status = "", 200
    if request.method == "POST":
        try:
            operations.sign_mandate(mandate, read=request.form.get("read", ""), ctx=context())
            return _back(mandate, _("Le mandat est signé ; la structure aidante en est prévenue."))
        except NotAllowed:
            raise
        except DomainError as error:
            refused, status = sentence_of(error), error.status
    if mandate.given_at is not None:
        return see("mandates.one", mandate_id=mandate.id)
    words = _text(mandate)
    return render_template(
        "app/authority/mandates/sign.html",
        mandate=mandate,
        articles=articles(words),
        read=fingerprint(words).hex(),
        refused=refused,
        confirmed=context().stepped_up,
    ), status


@blueprint.post("/ma-collectivite/mandats/<uuid:mandate_id>/abandonner")
@signed_in
@performs(PREPARE_MANDATE)
def discard(mandate_id: UUID) -> ResponseReturnValue:
    mandate = queries.mandate(mandate_id) or abort(404)
    territory_id = mandate.territory_id
    operations.discard_mandate(mandate, ctx=context())
    return see("mandates.mandates", territoire=territory_id, message=_("C’est abandonné."))


@blueprint.get("/mon-compte/mandats")
@signed_in
def mine() -> ResponseReturnValue:
    ctx = context()
    return render_template(
        "app/authority/mandates/mine.html",
        named=queries.mandates_naming(ctx.actor.person_id),
        instant=ctx.instant,
        period=period,
    )


def _readable(mandate_id: UUID) -> Mandate:
    """A mandate, for the territory's members; once signed, for the persons it names as well.

    And for those who moderate its own consultation.
    """
    ctx, mandate = context(), queries.mandate(mandate_id) or abort(404)
    named = any(
        named.person_id == ctx.actor.person_id and named.removed_at is None
        for named in mandate.persons
    )
    member = ctx.actor.membership_of(mandate.territory_id, ctx.instant) is not None
    signed = mandate.given_at is not None
    if not (member or named or (signed and privy(within_scope(mandate, ctx), WATCH_MANDATES))):
        raise NotAllowed(
            N_("Ce mandat se lit par les membres de la collectivité et les personnes qu’il nomme."),
            way_out=N_("« Mes mandats » montre ceux qui vous nomment."),
        )
    return mandate


def _text(mandate: Mandate) -> str:
    """What was signed; before, what its reader would sign, or else whoever prepared it."""
    if mandate.given_at is not None:
        return mandate.text
    ctx = context()
    signs = entitled(ctx, SIGN_MANDATE, mandate.territory)
    signer = ctx.actor.person_id if signs else mandate.prepared_by_id
    return mandate_text(mandate, signer=db.session.get_one(Person, signer))


def _back(mandate: Mandate, message: str) -> ResponseReturnValue:
    return see("mandates.one", mandate_id=mandate.id, message=message)
