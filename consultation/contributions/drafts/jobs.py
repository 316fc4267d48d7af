"""Whoever keeps a draft is reminded before the collection closes."""

from __future__ import annotations

from app import clock
from app.calendar.reminders.operations import take_unreminded
from app.calendar.reminders.queries import closing_soon
from app.formats import closing as closing_of
from app.identity.queries import addresses
from app.jobs import job
from app.notifications.operations import send
from app.phases import Phase
from consultation.contributions.drafts.messages import DraftsWait
from consultation.contributions.drafts.queries import kept_by_author


@job(every=1800)
def remind_of_drafts() -> None:
    """Write once to whoever keeps a draft of a collection that closes within three days."""
    for closing in closing_soon(Phase.COLLECTION, clock.now()):
        kept = kept_by_author(closing.consultation.id)
        for person_id, address in addresses(take_unreminded(closing, kept)).items():
            message = DraftsWait(
                consultation=closing.consultation.title,
                slug=closing.consultation.slug,
                titles=[draft.title for draft in kept[person_id]],
                until=closing_of(closing.window),
            )
            send(message, to=address)
