"""What a picker of territories shows, and what it sends."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _

from app.db import db
from app.territories.models import Territory
from app.territories.search import TerritoryMatch


def choices(found: Sequence[TerritoryMatch]) -> list[dict[str, str]]:
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
