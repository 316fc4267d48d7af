"""The journal of a consultation, as sentences anyone can read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.formats import day, hour
from app.gate import READ_COMMITTEE, TRIAGE, Context, privy
from app.journal import queries
from app.journal.events import Disclosure
from app.journal.queries import Entry
from app.web import context, page_number, public

blueprint = Blueprint("journal", __name__)


@blueprint.get("/consultations/<consultation>/journal")
@public
def journal(consultation: str) -> ResponseReturnValue:
    ctx = context()
    assert ctx.consultation_id is not None
    found = queries.entries(ctx.consultation_id, disclosures=_disclosures(ctx), page=page_number())
    return render_template("app/journal/journal.html", days=_days(found.items), found=found)


def _disclosures(ctx: Context) -> set[Disclosure]:
    """What the reader may see: until they are public, embargoed acts are shown only to those who
    take part in them."""
    assert ctx.calendar is not None
    out = {
        Disclosure.AT_ONCE: True,
        Disclosure.WITH_PROPOSALS: ctx.calendar.proposals_published_at or privy(ctx, TRIAGE),
        Disclosure.WITH_SELECTION: ctx.calendar.selection_published_at
        or privy(ctx, READ_COMMITTEE),
        Disclosure.WITH_SERVICES: ctx.calendar.services_published_at or privy(ctx, READ_COMMITTEE),
    }
    return {disclosure for disclosure, seen in out.items() if seen}


def _sentence(entry: Entry) -> str:
    if not entry.reason:
        return entry.sentence
    return _("%(sentence)s Raison : %(reason)s", sentence=entry.sentence, reason=entry.reason)


def _days(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "label": day(date),
            "entries": [
                {
                    "time": hour(entry.recorded_at),
                    "datetime": entry.recorded_at.isoformat(),
                    "sentence": _sentence(entry),
                }
                for entry in found
            ],
        }
        for date, found in groupby(entries, key=lambda e: clock.in_paris(e.recorded_at).date())
    ]
