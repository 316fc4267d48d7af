"""Search of the registry."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import db
from app.gate import TerritoryKind
from app.territories.models import Territory
from app.territories.search import TerritoryMatch, search_territories
from app.web import public

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


def search_url() -> str:
    """Where pickers look territories up."""
    return url_for("territories.search")
