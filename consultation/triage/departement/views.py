"""« Mon département »: what a prefecture reads of the contributions of its territories."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.areas import departement_label
from app.calendar.models import Consultation
from app.context import named_consultation
from app.downloads import Form, download
from app.gate.refusals import check
from app.gate.verbs import READ_DEPARTEMENT
from app.phases import Phase, PublicationKind
from app.web import context, page_number, signed_in
from consultation.triage.departement import exports, queries
from consultation.triage.models import Decision

blueprint = Blueprint(
    "departements", __name__, url_prefix="/consultations/<consultation>/departements/<code>"
)


def _consultation(code: str) -> Consultation:
    """The consultation, for the prefecture of the département."""
    check(context(), READ_DEPARTEMENT, code)
    return named_consultation()


@blueprint.get("")
@signed_in
def page(consultation: str, code: str) -> ResponseReturnValue:
    found, ctx = _consultation(code), context()
    calendar = found.calendar()
    # Before the publication there is nothing to choose from, and no filter to take away.
    decision = (
        request.args.get("suite", type=Decision)
        if found.published_at(PublicationKind.PROPOSALS)
        else None
    )
    return render_template(
        "consultation/triage/departement/page.html",
        consultation=found,
        code=code,
        name=departement_label(code),
        others=[
            (other, departement_label(other))
            for other in ctx.actor.departements_read(found.id)
            if other != code
        ],
        listing=queries.listing(found.id, code, decision, page=page_number()),
        decision=decision,
        decisions=Decision,
        instant=ctx.instant,
        collection=calendar.window(Phase.COLLECTION),
        support=calendar.window(Phase.SUPPORT),
    )


@blueprint.get("/contributions.<any(csv, xlsx):form>")
@signed_in
def export(consultation: str, code: str, form: str) -> ResponseReturnValue:
    found = _consultation(code)
    published = found.published_at(PublicationKind.PROPOSALS) is not None
    return download(
        Form(form),
        f"contributions-{found.slug}-{code}",
        exports.columns(published=published),
        exports.rows(queries.every_line(found.id, code), published=published),
    )
