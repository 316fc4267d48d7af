"""Search of the registry."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import db
from app.gate.actors import TerritoryKind
from app.territories.forms import choices
from app.territories.search import search_territories
from app.web import public

blueprint = Blueprint("territories", __name__)


@blueprint.get("/territoires/recherche")
@public
def search() -> ResponseReturnValue:
    """The options a territory picker shows while one types."""
    kinds = [TerritoryKind(k) for k in request.args.getlist("kind") if k in set(TerritoryKind)]
    found = search_territories(db.session(), request.args.get("q", ""), kinds=kinds or None)
    return render_template("app/territories/options.html", results=choices(found))


def search_url() -> str:
    """Where pickers look territories up."""
    return url_for("territories.search")
