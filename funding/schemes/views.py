"""The neighbouring schemes of a consultation, kept by the agency."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.context import named_consultation
from app.errors import DomainError
from app.gate.refusals import check
from app.gate.verbs import WRITE_SCHEME
from app.web import context, performs, see, sentence_of, signed_in
from funding.schemes import operations, queries
from funding.schemes.forms import SchemeForm

blueprint = Blueprint("schemes", __name__)


@blueprint.route("/consultations/<consultation>/triage/dispositifs", methods=["GET", "POST"])
@signed_in
@performs(WRITE_SCHEME)
def index(consultation: str) -> ResponseReturnValue:
    check(context(), WRITE_SCHEME)
    found = named_consultation()
    form = SchemeForm()
    refusal = ""
    if form.submitted():
        try:
            operations.write_scheme(
                found,
                name=form.name.data or "",
                description=form.description.data or "",
                contact=form.contact.data or "",
                ctx=context(),
            )
            return see(
                "schemes.index",
                consultation=consultation,
                message=_("Le dispositif est ajouté."),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "funding/schemes/index.html",
        consultation=found,
        form=form,
        refusal=refusal,
        schemes=queries.schemes(found.id),
    ), 422 if form.errors or refusal else 200


@blueprint.route("/consultations/<consultation>/triage/dispositifs/<slug>", methods=["GET", "POST"])
@signed_in
@performs(WRITE_SCHEME)
def edit(consultation: str, slug: str) -> ResponseReturnValue:
    check(context(), WRITE_SCHEME)
    found = named_consultation()
    scheme = queries.scheme_by_slug(found.id, slug) or abort(404)
    form = SchemeForm(obj=scheme)
    refusal = ""
    if form.submitted():
        try:
            operations.edit_scheme(
                scheme,
                name=form.name.data or "",
                description=form.description.data or "",
                contact=form.contact.data or "",
                ctx=context(),
            )
            return see(
                "schemes.index",
                consultation=consultation,
                message=_("Le dispositif est à jour."),
            )
        except DomainError as error:
            refusal = sentence_of(error)
    return render_template(
        "funding/schemes/edit.html",
        consultation=found,
        scheme=scheme,
        form=form,
        refusal=refusal,
    ), 422 if form.errors or refusal else 200
