"""The public catalogue of the services."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.calendar.queries import themes
from app.context import named_consultation
from app.phases import Phase, PublicationKind
from app.texts import cleaned
from app.web import context, page_number, public
from delivery.store import queries
from funding.envelope.queries import envelope_of

blueprint = Blueprint("store", __name__, url_prefix="/consultations/<consultation>/services")


@blueprint.get("")
@public
def catalogue(consultation: str) -> ResponseReturnValue:
    ctx = context()
    found = named_consultation()
    theme_id = request.args.get("theme", type=UUID)
    words = cleaned(request.args.get("q"))[:200]
    published = found.published_at(PublicationKind.SERVICES)
    return render_template(
        "delivery/store/catalogue.html",
        consultation=found,
        published=published,
        words=words,
        theme_id=theme_id,
        themes=themes(found.id) if published else [],
        figures=queries.laureates(found.id),
        envelope=envelope_of(found.id),
        found=queries.public_services(found.id, words=words, theme_id=theme_id, page=page_number()),
        window=ctx.calendar.window(Phase.AMI) if ctx.calendar else None,
        instant=ctx.instant,
    )


@blueprint.get("/<int:number>")
@public
def service(consultation: str, number: int) -> ResponseReturnValue:
    found = named_consultation()
    shown = queries.public_service(found.id, number)
    if shown is None:
        abort(404)
    return render_template(
        "delivery/store/service.html",
        consultation=found,
        service=shown,
        referents=queries.count_referents(shown.proposal_id),
    )
