"""Whoever asked for it, and supports nothing yet, is reminded before the supports close."""

from __future__ import annotations

from app import clock
from app.calendar.reminders.operations import take_unreminded
from app.calendar.reminders.queries import asked, closing_soon
from app.formats import closing as closing_of
from app.identity.queries import addresses
from app.jobs import job
from app.notifications.operations import send
from app.phases import Phase
from voting.supports.messages import SupportsAwaited
from voting.supports.queries import people_supporting


@job(every=1800)
def remind_of_supports() -> None:
    """Write once to who asked, when none of their collectivities supports anything yet."""
    for closing in closing_soon(Phase.SUPPORT, clock.now()):
        consultation = closing.consultation
        waiting = set(asked(consultation.id, Phase.SUPPORT)) - people_supporting(consultation.id)
        for address in addresses(take_unreminded(closing, waiting)).values():
            message = SupportsAwaited(
                consultation=consultation.title,
                slug=consultation.slug,
                until=closing_of(closing.window),
            )
            send(message, to=address)
