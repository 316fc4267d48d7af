"""The neighbouring schemes of a consultation, kept by the agency."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.context import named_consultation
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.refusals import check
from app.gate.verbs import WRITE_SCHEME
from app.web import context, performs, see, signed_in
from funding.schemes import operations, queries
from funding.schemes.forms import SchemeForm

blueprint = Blueprint("schemes", __name__)


@blueprint.route("/consultations/<consultation>/triage/dispositifs", methods=["GET", "POST"])
@signed_in
@performs(WRITE_SCHEME)
def index(consultation: str) -> ResponseReturnValue:
    check(context(), WRITE_SCHEME)
    found, form, refused = named_consultation(), SchemeForm(), ""
    if form.submitted():
        try:
            operations.write_scheme(found, **form.terms(), ctx=context())
            return _back(consultation, _("Le dispositif est ajouté."))
        except DomainError as error:
            refused = sentence_of(error)
    return render_template(
        "funding/schemes/index.html",
        consultation=found,
        form=form,
        refused=refused,
        schemes=queries.schemes(found.id),
    ), 422 if form.errors or refused else 200


@blueprint.route("/consultations/<consultation>/triage/dispositifs/<slug>", methods=["GET", "POST"])
@signed_in
@performs(WRITE_SCHEME)
def edit(consultation: str, slug: str) -> ResponseReturnValue:
    check(context(), WRITE_SCHEME)
    found = named_consultation()
    scheme = queries.scheme_by_slug(found.id, slug) or abort(404)
    form, refused = SchemeForm(obj=scheme), ""
    if form.submitted():
        try:
            operations.edit_scheme(scheme, **form.terms(), ctx=context())
            return _back(consultation, _("Le dispositif est à jour."))
        except DomainError as error:
            refused = sentence_of(error)
    return render_template(
        "funding/schemes/edit.html",
        consultation=found,
        scheme=scheme,
        form=form,
        refused=refused,
    ), 422 if form.errors or refused else 200


def _back(consultation: str, message: str) -> ResponseReturnValue:
    return see("schemes.index", consultation=consultation, message=message)
