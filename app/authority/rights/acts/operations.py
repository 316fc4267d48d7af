"""Record what was done for a territory, with the right it was done by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, insert

from app.authority.rights.acts.jobs import send_act
from app.authority.rights.acts.models import Act
from app.db import db
from app.gate.actors import Context, Right
from app.gate.verb import Effect, Verb
from app.journal.events import Event
from app.journal.operations import record

_ACTS = cast("Table", Act.__table__)
# Written in the statement of its event, or by itself; built once.
_KEPT = insert(_ACTS).values(
    {
        column.name: bindparam(f"act_{column.name}", type_=column.type)
        for column in _ACTS.columns
        if column.name != "position"
    }
)


class Numbered(Protocol):
    """A proposal or a contribution, which has no number while it is a draft."""

    @property
    def consultation_id(self) -> UUID: ...
    @property
    def number(self) -> int | None: ...
    @property
    def title(self) -> str: ...


def record_act(
    event: Event,
    under: Verb,
    *,
    about: Numbered,
    on_behalf_of: UUID | None,
    right: Right | None,
    ctx: Context,
) -> None:
    """Record what was done for a territory, and by which right, in one statement with its event.

    `under` is the verb that was checked, `about` the proposal or the contribution, `right` the one
    relied upon, none for what moderators judge. For no territory, there is the event alone. What
    was done by a mandate is then sent to its territory, by a job.
    """
    if on_behalf_of is None:
        record(event, ctx=ctx)
        return
    subject = (event.subject_type, UUID(event.subject_id))
    kept = _row(under, under.effect, subject, about, on_behalf_of, right, ctx)
    record(event, beside=(_KEPT, kept), ctx=ctx)
    _follow(kept)


def keep_act(
    under: Verb,
    *,
    effect: Effect | None = None,
    subject_type: str,
    subject_id: UUID,
    about: Numbered,
    on_behalf_of: UUID,
    right: Right | None,
    ctx: Context,
) -> None:
    """Keep an act that the journal records otherwise, or that is none on the consultation yet.

    `effect` is what it does to this subject: a part is replaced under the verb of the other.
    """
    subject = (subject_type, subject_id)
    kept = _row(under, effect, subject, about, on_behalf_of, right, ctx)
    db.session.execute(_KEPT, kept)
    _follow(kept)


def _row(
    under: Verb,
    effect: Effect | None,
    subject: tuple[str, UUID],
    about: Numbered,
    territory_id: UUID,
    right: Right | None,
    ctx: Context,
) -> Mapping[str, Any]:
    notified = right is not None and right.via and effect is not Effect.REPLACES
    return {
        "act_id": uuid4(),
        "act_right_id": right.id if right else None,
        "act_person_id": ctx.actor.person_id,
        "act_territory_id": territory_id,
        "act_consultation_id": about.consultation_id,
        "act_verb": under.name,
        "act_effect": effect,
        "act_subject_type": subject[0],
        "act_subject_id": subject[1],
        "act_number": about.number or 0,
        "act_title": about.title,
        "act_done_at": ctx.instant,
        "act_sent_at": None if notified else ctx.instant,
    }


def _follow(kept: Mapping[str, Any]) -> None:
    if kept["act_sent_at"] is None:
        send_act.enqueue(str(kept["act_id"]))
