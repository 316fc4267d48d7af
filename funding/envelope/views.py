"""The page where the administration sets the envelope of a consultation."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.context import named_consultation
from app.errors import DomainError
from app.formats import sentence_of
from app.gate.refusals import check
from app.gate.verbs import SET_ENVELOPE
from app.journal.rules import disclosed_to
from app.web import context, performs, see, signed_in
from funding.envelope import operations, queries
from funding.envelope.events import AmountCommitted
from funding.envelope.forms import EnvelopeForm

blueprint = Blueprint("envelope", __name__)


def _reads_commitments() -> bool:
    """Whether the reader may know what is committed: with the services, or who prepares them."""
    return AmountCommitted.disclosure in disclosed_to(context())


@blueprint.route("/consultations/<consultation>/enveloppe", methods=["GET", "POST"])
@signed_in
@performs(SET_ENVELOPE)
def edit(consultation: str) -> ResponseReturnValue:
    check(context(), SET_ENVELOPE)
    found = named_consultation()
    envelope = queries.envelope_of(found.id)
    form = EnvelopeForm()
    refused, status = "", 422 if form.is_submitted() else 200
    if form.submitted():
        assert form.total.data is not None
        assert form.usual_share.data is not None
        try:
            operations.set_envelope(
                found,
                total_cents=form.total.data,
                usual_share=form.usual_share.data,
                ctx=context(),
            )
            return see(
                "envelope.edit", consultation=consultation, message=_("L’enveloppe est fixée.")
            )
        except DomainError as error:
            refused, status = sentence_of(error), error.status
    elif envelope is not None and not form.is_submitted():
        form.total.data, form.usual_share.data = envelope.total_cents, envelope.usual_share
    return render_template(
        "funding/envelope/edit.html",
        consultation=found,
        envelope=envelope,
        lines=queries.ledger(envelope.id, committed=_reads_commitments()) if envelope else [],
        form=form,
        refused=refused,
    ), status
