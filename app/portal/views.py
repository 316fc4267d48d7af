"""Pages over everything: home, a consultation, a territory, « Ma collectivité »."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import context as contexts
from app.calendar.models import Consultation
from app.calendar.queries import consultations
from app.errors import N_, NotAllowed
from app.formats import deadline, period
from app.gate import TerritoryKind
from app.phases import Phase
from app.portal import queries
from app.territories.models import Territory
from app.territories.queries import colleagues, territories_of, territory_by_code
from app.web import context, public, signed_in
from consultation.contributions.models import Contribution, Status
from consultation.contributions.queries import contribution_by_number
from consultation.triage.queries import outcome_of
from voting.supports.queries import supports_given

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    found = contexts.current_consultation()
    if found is None:
        return render_template("app/portal/empty_home.html")
    others = [other for other in consultations() if other.id != found.id]
    return render_template(
        "app/portal/consultation.html", **_standing(found), others=others, is_home=True
    )


@blueprint.get("/consultations/<consultation>")
@public
def consultation(consultation: str) -> ResponseReturnValue:
    found = contexts.current_consultation()
    assert found is not None
    return render_template(
        "app/portal/consultation.html", **_standing(found), others=[], is_home=False
    )


def _standing(found: Consultation) -> dict[str, Any]:
    """Where a consultation stands, whatever the phase."""
    calendar, instant = found.calendar(), context().instant
    return {
        "consultation": found,
        "figures": queries.figures(found.id),
        "proposals": queries.most_supported(found.id) if found.proposals_published_at else [],
        "open_windows": calendar.open_windows(instant),
        "next_window": calendar.next_window(instant),
        "instant": instant,
        "collecting": calendar.is_open(Phase.COLLECTION, instant),
        "supporting": calendar.is_open(Phase.SUPPORT, instant),
        "phases": [
            {
                "name": _(window.phase.label),
                "dates": period(window),
                "state": "current" if window.is_open(instant) else (
                    "past" if window.is_past(instant) else "future"
                ),
                "text": deadline(window, instant),
            }
            for window in calendar.windows
        ],
    }  # fmt: skip


@blueprint.get("/ma-collectivite")
@signed_in
def my_collectivity() -> ResponseReturnValue:
    ctx = context()
    mine = territories_of(ctx.actor)
    chosen = _chosen(mine, request.args.get("territoire", type=UUID))
    found = contexts.current_consultation()
    return render_template(
        "app/portal/my_collectivity.html",
        mine=mine,
        territory=chosen,
        members=colleagues(chosen.id, ctx.instant) if chosen else [],
        posted=queries.contributions_of_territory(chosen.id) if chosen else [],
        supports=supports_given(chosen.id, found.id) if chosen and found else [],
        consultation=found,
    )


def _chosen(mine: Any, asked: UUID | None) -> Territory | None:
    if asked is None:
        return mine[0] if mine else None
    for territory in mine:
        if territory.id == asked:
            return territory  # type: ignore[no-any-return]
    raise NotAllowed(
        N_("Cette page est réservée aux membres de la collectivité."),
        way_out=N_("Demandez votre rattachement depuis « Mon compte »."),
    )


@blueprint.get("/territoires/<kind>/<code>")
@public
def territory(kind: str, code: str) -> ResponseReturnValue:
    if kind not in set(TerritoryKind):
        abort(404)
    found = territory_by_code(TerritoryKind(kind), code) or abort(404)
    current = contexts.current_consultation()
    return render_template(
        "app/portal/territory.html",
        territory=found,
        posted=queries.contributions_of_territory(found.id),
        supports=supports_given(found.id, current.id) if current else [],
        consultation=current,
    )


@blueprint.get("/consultations/<consultation>/contributions/<int:number>/suite")
@public
def follow(consultation: str, number: int) -> ResponseReturnValue:
    """« Où en est ma contribution »: what became of it, once the proposals are out."""
    found = contexts.current_consultation()
    assert found is not None
    contribution = contribution_by_number(found.id, number) or abort(404)
    assert isinstance(contribution, Contribution)
    if contribution.status is not Status.SUBMITTED:
        abort(404)
    return render_template(
        "app/portal/follow.html",
        consultation=found,
        contribution=contribution,
        ruling=outcome_of(contribution),
    )


@blueprint.get("/donnees-personnelles")
@public
def privacy() -> ResponseReturnValue:
    return render_template("app/portal/privacy.html")


@blueprint.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("app/portal/accessibility.html")
