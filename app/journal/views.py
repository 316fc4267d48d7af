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
from app.journal import queries
from app.journal.queries import Entry
from app.journal.rules import disclosed_to
from app.web import context, page_number, public

blueprint = Blueprint("journal", __name__)


@blueprint.get("/consultations/<consultation>/journal")
@public
def journal(consultation: str) -> ResponseReturnValue:
    ctx = context()
    assert ctx.consultation_id is not None
    found = queries.entries(ctx.consultation_id, disclosures=disclosed_to(ctx), page=page_number())
    return render_template("app/journal/journal.html", days=_days(found.items), found=found)


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
