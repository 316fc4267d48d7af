"""Search of the registry; asking for a membership; answering such requests."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import db
from app.errors import DomainError
from app.gate import GRANT_MEMBERSHIP, Level, TerritoryKind, check
from app.territories import operations, queries
from app.territories.forms import GrantForm, MembershipRequestForm, RefusalForm
from app.territories.models import Capacity, Membership, Territory
from app.territories.search import TerritoryMatch, search_territories
from app.web import context, public, see, signed_in, told, written

blueprint = Blueprint("territories", __name__)


@blueprint.get("/territoires/recherche")
@public
def search() -> ResponseReturnValue:
    """The options a territory picker shows while one types."""
    kinds = [TerritoryKind(k) for k in request.args.getlist("kind") if k in set(TerritoryKind)]
    found = search_territories(db.session(), request.args.get("q", ""), kinds=kinds or None)
    return render_template("app/territories/options.html", results=choices(found))


def choices(found: list[TerritoryMatch]) -> list[dict[str, str]]:
    """Matches as a picker shows them."""
    return [
        {"value": str(match.id), "label": match.label, "description": _("code %(c)s", c=match.code)}
        for match in found
    ]


def chosen_territory(value: str | None) -> Territory | None:
    """The territory a picker sent, if it is one."""
    try:
        return db.session.get(Territory, UUID(value or ""))
    except ValueError:
        return None


@blueprint.route("/mon-compte/rattachements", methods=["GET", "POST"])
@signed_in
def memberships() -> ResponseReturnValue:
    form = MembershipRequestForm()
    results = None
    if request.form.get("chercher"):
        results = choices(search_territories(db.session(), form.query.data or ""))
    elif form.submitted():
        territory = chosen_territory(form.territory.data)
        if territory is not None:
            operations.request_membership(
                territory, capacity=Capacity(form.capacity.data), ctx=context()
            )
            return see(
                "territories.memberships",
                message=_("Votre demande est transmise à l’équipe de modération."),
            )
        form.territory.errors = [_("Choisissez votre territoire dans la liste.")]
    chosen = chosen_territory(form.territory.data)
    return render_template(
        "app/territories/memberships.html",
        form=form,
        results=results,
        chosen=[{"value": str(chosen.id), "label": chosen.label}] if chosen else [],
        memberships=queries.memberships_of(context().actor.person_id),
        may_commit=Level.MAY_COMMIT,
    ), 422 if form.errors and results is None else 200


@blueprint.get("/moderation/rattachements")
@signed_in
def requests() -> ResponseReturnValue:
    check(context(), GRANT_MEMBERSHIP)
    return render_template("app/territories/requests.html", waiting=queries.waiting_memberships())


@blueprint.route("/moderation/rattachements/<uuid:membership_id>", methods=["GET", "POST"])
@signed_in
def answer(membership_id: UUID) -> ResponseReturnValue:
    check(context(), GRANT_MEMBERSHIP)
    membership = queries.membership(membership_id) or abort(404)
    refusing = request.form.get("decision") == "refuse"
    grant, refusal = GrantForm(prefix="grant"), RefusalForm(prefix="refusal")
    status = 200
    if (refusal if refusing else grant).submitted():
        try:
            return _answered(membership, grant, refusal, refusing)
        except DomainError as error:
            field = refusal.reason if refusing else grant.evidence
            field.errors = [told(error)]
            status = error.status
    elif request.method == "POST":
        status = 422
    return render_template(
        "app/territories/answer.html",
        membership=membership, grant=grant, refusal=refusal, refusing=refusing,
    ), status  # fmt: skip


def _answered(
    membership: Membership, grant: GrantForm, refusal: RefusalForm, refusing: bool
) -> ResponseReturnValue:
    if refusing:
        operations.refuse_membership(membership, reason=written(refusal.reason), ctx=context())
        message = _("La demande est refusée ; la personne en est informée.")
    else:
        operations.grant_membership(
            membership,
            level=Level(grant.level.data),
            evidence=written(grant.evidence),
            ctx=context(),
        )
        message = _("Le rattachement est accordé ; la personne en est informée.")
    return see("territories.requests", message=message)


def search_url() -> str:
    """Where pickers look territories up."""
    return url_for("territories.search")
