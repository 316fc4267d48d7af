"""A mandate is ended by its territory, or by a person it names for themself."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates import queries
from app.authority.mandates.ends.operations import (
    remove_person,
    renounce_mandate,
    revoke_mandate,
)
from app.authority.mandates.models import Mandate
from app.db import db
from app.gate.verbs import RENOUNCE_MANDATE, REVOKE_MANDATE
from app.identity.models import Person
from app.web import context, performs, see, signed_in

blueprint = Blueprint("mandate_ends", __name__)


@blueprint.post("/ma-collectivite/mandats/<uuid:mandate_id>/fin")
@signed_in
@performs(REVOKE_MANDATE)
def revoke(mandate_id: UUID) -> ResponseReturnValue:
    mandate = queries.mandate(mandate_id) or abort(404)
    revoke_mandate(mandate, ctx=context())
    return _done(mandate, _("C’est fini : plus rien ne peut être fait par ce mandat."))


@blueprint.post("/ma-collectivite/mandats/<uuid:mandate_id>/personnes/<uuid:person_id>/retirer")
@signed_in
@performs(REVOKE_MANDATE)
def remove(mandate_id: UUID, person_id: UUID) -> ResponseReturnValue:
    mandate = queries.mandate(mandate_id) or abort(404)
    person = db.session.get(Person, person_id) or abort(404)
    remove_person(mandate, person, ctx=context())
    return _done(mandate, _("Cette personne n’agit plus par ce mandat ; elle en est informée."))


@blueprint.post("/mon-compte/mandats/<uuid:mandate_id>/renoncer")
@signed_in
@performs(RENOUNCE_MANDATE)
def renounce(mandate_id: UUID) -> ResponseReturnValue:
    named = queries.named(mandate_id, context().actor.person_id) or abort(404)
    renounce_mandate(named, ctx=context())
    return see("mandates.mine", message=_("C’est fini : vous n’agissez plus par ce mandat."))


def _done(mandate: Mandate, message: str) -> ResponseReturnValue:
    return see("mandates.one", mandate_id=mandate.id, message=message)
