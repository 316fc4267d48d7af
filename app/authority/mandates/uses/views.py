"""« Usage des mandats »: the moderators of a consultation look at who does much by mandates."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates.messages import period
from app.authority.mandates.models import Mandate
from app.authority.mandates.queries import mandate as read
from app.authority.mandates.rules import SURGE_ACTS, SURGE_SPAN, articles
from app.authority.mandates.uses import operations, queries
from app.authority.mandates.uses.forms import StopForm
from app.errors import DomainError, NotAllowed
from app.formats import sentence_of
from app.gate.refusals import check, entitled
from app.gate.verbs import CONTEST, WATCH_MANDATES
from app.web import context, page_number, performs, see, signed_in, written

blueprint = Blueprint(
    "mandate_watch", __name__, url_prefix="/consultations/<consultation>/moderation/mandats"
)


@blueprint.get("")
@signed_in
def watch(consultation: str) -> ResponseReturnValue:
    ctx = context()
    check(ctx, WATCH_MANDATES)
    assert ctx.consultation_id is not None
    return render_template(
        "app/authority/mandates/uses/watch.html",
        slug=consultation,
        found=queries.alerts(ctx.consultation_id, page_number()),
        instant=ctx.instant,
        minutes=int(SURGE_SPAN.total_seconds() // 60),
        threshold=SURGE_ACTS,
        mandates=queries.under_way(ctx.consultation_id, ctx.instant),
        period=period,
        most=queries.MANDATES_SHOWN,
    )


@blueprint.post("/alertes/<uuid:alert_id>/vu")
@signed_in
@performs(WATCH_MANDATES)
def seen(consultation: str, alert_id: UUID) -> ResponseReturnValue:
    ctx = context()
    assert ctx.consultation_id is not None
    found = queries.alert(alert_id, ctx.consultation_id) or abort(404)
    operations.mark_seen(found, ctx=ctx)
    return see(
        "mandate_watch.watch", consultation=consultation, message=_("L’alerte est marquée vue.")
    )


@blueprint.route("/<uuid:mandate_id>", methods=["GET", "POST"])
@signed_in
@performs(WATCH_MANDATES)
def mandate(consultation: str, mandate_id: UUID) -> ResponseReturnValue:
    """A mandate as the moderators read it, and where they may end it."""
    check(context(), WATCH_MANDATES)
    found, form, status = _mandate(mandate_id), StopForm(), 200
    if form.submitted():
        try:
            operations.stop_mandate(found, reason=written(form.reason), ctx=context())
        except NotAllowed:
            raise
        except DomainError as error:
            form.reason.errors, status = [sentence_of(error)], error.status
        else:
            message = _("Le mandat a pris fin ; la collectivité et ses mandataires le savent.")
            return see(
                "mandate_watch.mandate",
                consultation=consultation,
                mandate_id=mandate_id,
                message=message,
            )
    elif form.errors:
        status = 422
    return render_template(
        "app/authority/mandates/uses/mandate.html",
        slug=consultation,
        mandate=found,
        form=form,
        instant=context().instant,
        period=period(found),
        contests=entitled(context(), CONTEST),
        articles=articles(found.text),
        uses=queries.uses_of(found.id, page_number()),
        people=[found.called(named.person) for named in found.persons if named.removed_at is None],
    ), status


def _mandate(mandate_id: UUID) -> Mandate:
    """A signed mandate of the consultation the address names."""
    found = read(mandate_id)
    here = found is not None and found.consultation_id == context().consultation_id
    if found is None or not here or found.given_at is None:
        abort(404)
    return found
