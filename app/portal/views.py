"""Pages over everything: home, a consultation, a territory, « Ma collectivité »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.authority.memberships.queries import own_suspended, territories_of
from app.calendar.models import Consultation
from app.calendar.queries import consultations
from app.calendar.timeline import steps
from app.contests.acts.queries import Desk, desk_counts
from app.context import current_consultation, named_consultation
from app.gate.actors import Context, Level, TerritoryKind
from app.gate.refusals import allows, entitled, privy
from app.gate.verbs import (
    APPROVE_MEMBERSHIP,
    CORRECT,
    DECIDE_CONTEST,
    MODERATE,
    READ_COMMITTEE,
    TRIAGE,
)
from app.moderation.queries import Counts, count_queries
from app.phases import Phase, PublicationKind
from app.portal import queries
from app.portal.navigation import banner, to_come
from app.portal.rules import Moment, moment_of
from app.territories.models import Territory
from app.territories.queries import territory_by_code
from app.territories.rules import chosen
from app.web import context, public, signed_in
from consultation.contributions.models import Contribution, Status
from consultation.contributions.queries import contribution_by_number
from consultation.triage.corrections.queries import corrections_of
from consultation.triage.corrections.rules import CHANGED
from consultation.triage.queries import conservation, outcome_of
from delivery.store.queries import laureates, service_of_contribution, services_of_territory
from voting.ami.queries import participations_of, turnout
from voting.supports.queries import supports_given

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    found = current_consultation()
    if found is None:
        return render_template("app/portal/empty_home.html")
    instant = context().instant
    public = [(each, each.calendar()) for each in consultations() if each.announced_at]
    beside = [(each, calendar) for each, calendar in public if each.id != found.id]
    return render_template(
        "app/portal/consultation.html",
        **_overview(found),
        others=[
            (each, banner(each, calendar, instant))
            for each, calendar in beside
            if not calendar.archived
        ],
        archived=[each for each, calendar in beside if calendar.archived],
        is_home=True,
    )


@blueprint.get("/consultations/<consultation>")
@public
def consultation(consultation: str) -> ResponseReturnValue:
    found = named_consultation()
    return render_template(
        "app/portal/consultation.html", **_overview(found), others=[], archived=[], is_home=False
    )


def _overview(found: Consultation) -> dict[str, Any]:
    """What the page of a consultation shows, whatever the moment."""
    ctx = context()
    calendar, instant = found.calendar(), ctx.instant
    moment = moment_of(calendar, instant)
    opened = calendar.open_windows(instant)
    return {
        "consultation": found,
        "moment": moment,
        "window": opened[0] if opened else None,
        "next_window": calendar.next_window(instant),
        "to_come": to_come(calendar.next_window(instant)),
        "instant": instant,
        "steps": steps(calendar, instant),
        "received": conservation(found.id),
        "turnout": turnout(found.id) if found.published_at(PublicationKind.SELECTION) else None,
        "laureates": laureates(found.id) if found.published_at(PublicationKind.SERVICES) else None,
        **_counted(found, ctx),
        **_highlights(found),
        **_duties(found, moment, ctx),
    }


def _highlights(found: Consultation) -> dict[str, Any]:
    """The furthest result of a consultation: its services, else its selection, its proposals."""
    if found.published_at(PublicationKind.SERVICES):
        return {"services": queries.first_services(found.id)}
    if found.published_at(PublicationKind.SELECTION):
        return {"selected": queries.selected_with_referents(found.id)}
    if found.published_at(PublicationKind.PROPOSALS):
        return {"proposals": queries.most_supported(found.id)}
    return {}


def _duties(found: Consultation, moment: Moment, ctx: Context) -> dict[str, Any]:
    """What waits for the moderators and the committee, shown to nobody else."""
    moderates = privy(ctx, TRIAGE)
    reads = privy(ctx, READ_COMMITTEE)
    at_committee = moment in (Moment.SUPPORT, Moment.SELECTION, Moment.LAUREATES)
    return {
        "moderates": moderates,
        "work": queries.committee_work(found.id) if reads and at_committee else None,
    }


def _counted(found: Consultation, ctx: Context) -> dict[str, Any]:
    """The figures of a consultation and, for its moderators, what awaits them, in one statement."""
    desks = entitled(ctx, DECIDE_CONTEST)
    rights = desk_counts() if desks and ctx.stepped_up else []
    texts = count_queries(found.id) if privy(ctx, MODERATE) else []
    figures: queries.Figures | None = None
    counted: Sequence[int] = ()
    if found.published_at(PublicationKind.PROPOSALS):
        figures, counted = queries.figures(found.id, beside=[*rights, *texts])
    elif rights or texts:
        counted = queries.counted([*rights, *texts])
    return {
        "figures": figures,
        "desk": Desk(*counted[: len(rights)]) if rights else None,
        "texts": Counts(*counted[len(rights) :]) if texts else None,
        "to_confirm": desks and not ctx.stepped_up,
    }


@blueprint.get("/ma-collectivite")
@signed_in
def my_collectivity() -> ResponseReturnValue:
    ctx = context()
    mine = territories_of(ctx.actor)
    territory = chosen(mine, request.args.get("territoire", type=UUID))
    if territory is None:
        suspended = own_suspended(ctx.actor)
        return render_template(
            "app/portal/my_collectivity.html", territory=None, own_suspended=suspended
        )
    found = current_consultation()
    members, waiting = queries.members_and_requests(territory.id, ctx.instant)
    written = queries.contributions_of_territory(territory.id, for_members=True)
    return render_template(
        "app/portal/my_collectivity.html",
        mine=mine,
        territory=territory,
        own_suspended=own_suspended(ctx.actor),
        members=members,
        waiting=waiting,
        approves=allows(ctx, APPROVE_MEMBERSHIP, territory),
        may_commit=Level.MAY_COMMIT,
        prepared=[row for row in written if row.contribution.status is Status.DRAFT],
        posted=[row for row in written if row.contribution.status is not Status.DRAFT],
        statuses=Status,
        **_acts(territory, found),
        consultation=found,
    )


@blueprint.get("/territoires/<kind>/<code>")
@public
def territory(kind: str, code: str) -> ResponseReturnValue:
    if kind not in set(TerritoryKind):
        abort(404)
    found = territory_by_code(TerritoryKind(kind), code) or abort(404)
    current = current_consultation()
    return render_template(
        "app/portal/territory.html",
        territory=found,
        posted=queries.contributions_of_territory(found.id),
        **_acts(found, current),
        consultation=current,
    )


def _acts(territory: Territory, found: Consultation | None) -> dict[str, Any]:
    """What a territory supports and takes part in, in every consultation, and carries in this one.

    The templates choose what is public.
    """
    return {
        "supports": supports_given(territory.id),
        "parts": participations_of(territory.id),
        "carried": services_of_territory(territory.id, found.id) if found else [],
    }


@blueprint.get("/consultations/<consultation>/contributions/<int:number>/suite")
@public
def follow(consultation: str, number: int) -> ResponseReturnValue:
    """« Où en est ma contribution »: what became of it, of each step once it is published."""
    found = named_consultation()
    contribution = contribution_by_number(found.id, number) or abort(404)
    assert isinstance(contribution, Contribution)
    if contribution.status is not Status.SUBMITTED:
        abort(404)
    calendar, instant = found.calendar(), context().instant
    call = calendar.window(Phase.AMI)
    return render_template(
        "app/portal/follow.html",
        consultation=found,
        contribution=contribution,
        ruling=outcome_of(contribution),
        corrections=corrections_of(contribution.id),
        changed=CHANGED,
        corrects=allows(context(), CORRECT),
        service=service_of_contribution(contribution.id)
        if found.published_at(PublicationKind.SERVICES)
        else None,
        moment=moment_of(calendar, instant),
        window=call,
        to_come=to_come(call) if call and call.is_to_come(instant) else "",
        instant=instant,
    )


@blueprint.get("/donnees-personnelles")
@public
def privacy() -> ResponseReturnValue:
    return render_template("app/portal/privacy.html")


@blueprint.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("app/portal/accessibility.html")
