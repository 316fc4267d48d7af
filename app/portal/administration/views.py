"""The page where the administration sees what there is to do, everywhere."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.calendar.life.queries import living, wanting
from app.calendar.life.rules import Life
from app.gate.refusals import check
from app.gate.verbs import OPEN_CONSULTATION
from app.portal.administration.queries import states
from app.portal.administration.rules import State, tasks
from app.web import context, signed_in

blueprint = Blueprint("administration", __name__)
# Of more drafts than these, one reads on their own page what they lack.
DRAFTS_SHOWN = 3


@blueprint.get("/administration")
@signed_in
def todo() -> ResponseReturnValue:
    """What waits in each consultation, and what each draft still lacks."""
    ctx = context()
    check(ctx, OPEN_CONSULTATION)
    counted, found = states(), living(ctx.instant)
    drafts = [each.consultation for each in found if each.life is Life.DRAFT]
    return render_template(
        "app/portal/administration/todo.html",
        todo=[
            (each, waiting)
            for each in found
            if (
                waiting := tasks(
                    each.consultation.calendar(),
                    counted.get(each.consultation.id, State()),
                    ctx.instant,
                )
            )
        ],
        drafts=[(draft, wanting(draft)) for draft in drafts[:DRAFTS_SHOWN]],
        more_drafts=len(drafts) - DRAFTS_SHOWN,
    )
