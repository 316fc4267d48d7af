"""The journal of a consultation, as sentences anyone can read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from slugify import slugify

from app import clock
from app.formats import day, hour
from app.gate.actors import Context
from app.journal import queries
from app.journal.events import Event
from app.journal.queries import Entry, Sought
from app.journal.rules import disclosed_to
from app.phases import PublicationKind
from app.web import context, page_number, public

blueprint = Blueprint("journal", __name__)


@blueprint.get("/consultations/<consultation>/journal")
@public
def journal(consultation: str) -> ResponseReturnValue:
    ctx = context()
    assert ctx.consultation_id is not None
    disclosed = disclosed_to(ctx)
    known = {slugify(_(family)): family for family in queries.families(disclosed)}
    sought = Sought(
        family=known.get(request.args.get("sujet", ""), ""),
        since=_day_asked("du"),
        until=_day_asked("au"),
    )
    found = queries.entries(
        ctx.consultation_id, disclosures=disclosed, sought=sought, page=page_number()
    )
    return render_template(
        "app/journal/journal.html",
        slug=consultation,
        days=_days(found.items, ctx, consultation),
        found=found,
        families=known,
        sought=sought,
    )


def _day_asked(name: str) -> date | None:
    with suppress(ValueError):
        asked = date.fromisoformat(request.args.get(name, ""))
        return asked if 2000 <= asked.year < 2100 else None
    return None


def _sentence(entry: Entry) -> str:
    if not entry.reason:
        return entry.sentence
    return _("%(sentence)s Raison : %(reason)s", sentence=entry.sentence, reason=entry.reason)


def _address(event: Event, ctx: Context, slug: str) -> str:
    """Where everyone reads what an event speaks of; nothing while that is not public."""
    kind = event.disclosure
    hidden = isinstance(kind, PublicationKind) and not ctx.is_published(kind)
    if hidden or not event.page:
        return ""
    values: dict[str, Any] = {"consultation": slug, **event.numbered()}
    return url_for(event.page, **values)


def _days(entries: Sequence[Entry], ctx: Context, slug: str) -> list[dict[str, Any]]:
    return [
        {
            "label": day(date_),
            "entries": [
                {
                    "time": hour(entry.recorded_at),
                    "datetime": entry.recorded_at.isoformat(),
                    "sentence": _sentence(entry),
                    "url": _address(entry.event, ctx, slug),
                    "about": entry.sentence,
                }
                for entry in found
            ],
        }
        for date_, found in groupby(entries, key=lambda e: clock.in_paris(e.recorded_at).date())
    ]
