"""The choice of the laureate services, and their publication."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.calendar.models import Consultation
from app.context import named_consultation
from app.db import db
from app.errors import DomainError, NotAllowed
from app.formats import sentence_of
from app.gate.refusals import allows, check, entitled, refusal
from app.gate.verbs import CHOOSE_SERVICE, PUBLISH_SERVICES, READ_COMMITTEE, SET_ENVELOPE
from app.phases import Phase, PublicationKind
from app.territories.forms import choices
from app.territories.search import search_territories
from app.texts import cleaned
from app.web import context, page_number, performs, see, signed_in
from delivery.services import operations, queries, rules
from delivery.services.forms import ServiceForm
from delivery.services.models import Service
from delivery.services.publication.operations import publish_services
from delivery.services.queries import Candidate
from funding.envelope.models import Envelope
from funding.envelope.queries import envelope_of

blueprint = Blueprint(
    "services", __name__, url_prefix="/consultations/<consultation>/comite/services"
)
NUMBER = "<int:number>"


@blueprint.get("")
@signed_in
def index(consultation: str) -> ResponseReturnValue:
    ctx = context()
    check(ctx, READ_COMMITTEE)
    found = named_consultation()
    services = queries.chosen_services(found.id)
    early = refusal(ctx, CHOOSE_SERVICE)
    return render_template(
        "delivery/services/index.html",
        consultation=found,
        envelope=envelope_of(found.id),
        services=services,
        sums=queries.sums(queries.selected_proposals(found.id), services),
        window=ctx.calendar.window(Phase.AMI) if ctx.calendar else None,
        instant=ctx.instant,
        may_choose=early is None and found.published_at(PublicationKind.SERVICES) is None,
        may_publish=allows(ctx, PUBLISH_SERVICES),
        may_set_envelope=entitled(ctx, SET_ENVELOPE),
    )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@signed_in
@performs(CHOOSE_SERVICE)
def new(consultation: str) -> ResponseReturnValue:
    found = _choosing()
    envelope = envelope_of(found.id)
    number = request.args.get("contribution", type=int)
    if envelope is None:
        raise rules.no_envelope()
    if number is None:
        return _candidates(found)
    drawn = queries.candidate(found.id, number)
    if drawn is None:
        abort(404)
    if drawn.service is not None and request.method == "GET":
        return see("services.edit", consultation=consultation, number=drawn.service.number)
    form = ServiceForm(drawn.proposals, envelope.usual_share)
    if not form.is_submitted():
        form.offer(drawn.contribution)
    return _write(found, envelope, form, drawn)


@blueprint.route(f"/{NUMBER}/modifier", methods=["GET", "POST"])
@signed_in
@performs(CHOOSE_SERVICE)
def edit(consultation: str, number: int) -> ResponseReturnValue:
    found = _choosing()
    envelope = envelope_of(found.id)
    service = queries.chosen_service(found.id, number)
    # A colleague may have dropped the service while this form was being filled.
    come_from = request.form.get("contribution", type=int)
    drawn = queries.candidate(found.id, service.contribution.number if service else come_from)
    if drawn is None or envelope is None:
        abort(404)
    form = ServiceForm(drawn.proposals, envelope.usual_share)
    if service is None:
        return _page(found, envelope, form, drawn, refused=rules.dropped_meanwhile())
    if not form.is_submitted():
        form.show(service)
    return _write(found, envelope, form, drawn, service)


@blueprint.route(f"/{NUMBER}/retirer", methods=["GET", "POST"])
@signed_in
@performs(CHOOSE_SERVICE)
def drop(consultation: str, number: int) -> ResponseReturnValue:
    found = _choosing()
    service = queries.chosen_service(found.id, number)
    if service is None:
        return see(
            "services.index",
            consultation=consultation,
            message=_("Ce service n’est déjà plus retenu."),
        )
    if request.method == "GET":
        return render_template("delivery/services/drop.html", consultation=found, service=service)
    message = _("Le service « %(name)s » n’est plus retenu.", name=service.name)
    operations.drop_service(service, ctx=context())
    return see("services.index", consultation=consultation, message=message)


@blueprint.route("/publication", methods=["GET", "POST"])
@signed_in
@performs(PUBLISH_SERVICES)
def publication(consultation: str) -> ResponseReturnValue:
    early = refusal(context(), PUBLISH_SERVICES)
    if isinstance(early, NotAllowed):
        raise early
    found = named_consultation()
    refused, status = "", 200
    if request.method == "POST":
        try:
            publish_services(found, ctx=context())
            return see(
                "services.publication",
                consultation=consultation,
                message=_("Les services lauréats sont publiés ; les auteurs en sont informés."),
            )
        except DomainError as error:
            refused, status = sentence_of(error), error.status
    services = queries.chosen_services(found.id)
    blocks = [sentence_of(block) for block in rules.publication_refusals(len(services))]
    return render_template(
        "delivery/services/publication.html",
        consultation=found,
        envelope=envelope_of(found.id),
        services=services,
        authors=queries.count_recipients(found.id),
        blocks=[sentence_of(early), *blocks] if early else blocks,
        refused=refused,
    ), status


def _choosing() -> Consultation:
    """The consultation, for whoever may choose its services now."""
    check(context(), CHOOSE_SERVICE)
    found = named_consultation()
    if refused := rules.change_refusal(found.published_at(PublicationKind.SERVICES) is not None):
        raise refused
    return found


def _candidates(found: Consultation) -> ResponseReturnValue:
    words = cleaned(request.args.get("q"))[:200]
    proposal = request.args.get("proposition", type=int)
    return render_template(
        "delivery/services/candidates.html",
        consultation=found,
        words=words,
        proposal=proposal,
        proposals=queries.selected_proposals(found.id),
        listing=queries.candidates(found.id, words=words, proposal=proposal, page=page_number()),
    )


def _write(
    found: Consultation,
    envelope: Envelope,
    form: ServiceForm,
    drawn: Candidate,
    service: Service | None = None,
) -> ResponseReturnValue:
    """Write a service, anew or again; what was typed is kept when it is refused."""
    if request.form.get("chercher") or not form.submitted():
        return _page(found, envelope, form, drawn, service)
    try:
        return _written(found, form, drawn, service)
    except DomainError as error:
        current = queries.candidate(found.id, drawn.contribution.number or 0) or drawn
        if service is not None and current.service is not None:
            # What the colleague revised is known now: sent again, this choice replaces it.
            form.seen.data = current.service.version
        return _page(found, envelope, form, current, service, refused=error)


def _page(
    found: Consultation,
    envelope: Envelope,
    form: ServiceForm,
    drawn: Candidate,
    service: Service | None = None,
    *,
    refused: DomainError | None = None,
) -> ResponseReturnValue:
    results = form.candidates
    if request.form.get("chercher"):
        results = choices(search_territories(db.session(), form.typed.data or ""))
    place = form.chosen_place()
    return render_template(
        "delivery/services/write.html",
        consultation=found,
        envelope=envelope,
        form=form,
        drawn=drawn,
        service=service,
        refused=sentence_of(refused) if refused else "",
        results=results,
        chosen=[{"value": str(place.id), "label": place.label}] if place else [],
        left_cents=envelope.left_cents + (service.state_cents if service else 0),
    ), refused.status if refused else 422 if form.errors else 200


def _written(
    found: Consultation, form: ServiceForm, drawn: Candidate, service: Service | None
) -> ResponseReturnValue:
    if service is None:
        made = operations.choose_service(drawn.contribution, **form.terms(), ctx=context())
        message = _("Le service « %(name)s » est retenu.", name=made.name)
    else:
        made = operations.revise_service(
            service, **form.terms(), seen=form.seen.data, ctx=context()
        )
        message = _("Le service « %(name)s » est à jour.", name=made.name)
    return see("services.index", consultation=found.slug, message=message)
