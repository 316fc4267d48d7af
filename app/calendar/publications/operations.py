"""What was prepared in private is made public at one instant, recorded and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.calendar.models import Consultation, Publication
from app.calendar.publications.queries import lock_publications
from app.calendar.queries import lock_window, refreshed
from app.db import db
from app.errors import DomainError
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verb import Verb
from app.journal.events import Event
from app.journal.operations import record_all
from app.phases import PublicationKind

Prepare = Callable[[Consultation, Context], Sequence[Event]]
Send = Callable[[Consultation, Context], None]


def publish(
    consultation: Consultation,
    kind: PublicationKind,
    *,
    verb: Verb,
    make_public: Prepare,
    send: Send,
    again: DomainError | None = None,
    ctx: Context,
) -> Consultation:
    """Make public, once and at one instant, what a consultation prepared in private, and send it.

    `verb` says who publishes and after which phase; `make_public` refuses while something waits,
    carries over what everyone is to read and returns what the journal keeps of it; `send` writes to
    those it concerns. Raises NotAllowed, PhaseClosed before the close of that phase, NotFound when
    it is another consultation, and what `make_public` raises. Publishing again changes nothing, or
    raises `again` where it is given.
    """
    lock_publications(consultation.id, alone=True)
    if verb.after is not None:
        # Alone here too: an act that entered before the close may still be on its way.
        lock_window(ctx, verb.after, alone=True)
    ctx = refreshed(ctx, verb.after)
    check(ctx, verb, within=consultation.id)
    if ctx.is_published(kind):
        if again is not None:
            raise again
        return consultation
    events = make_public(consultation, ctx)
    db.session.add(
        Publication(consultation_id=consultation.id, kind=kind, published_at=ctx.instant)
    )
    db.session.flush()
    record_all(events, ctx=ctx)
    send(consultation, ctx)
    return consultation
