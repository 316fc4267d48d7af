"""The laureate services are made public at one instant, and sent."""

from __future__ import annotations

from collections.abc import Sequence

from app.calendar.models import Consultation
from app.calendar.publications.operations import publish
from app.gate.actors import Context
from app.gate.verbs import PUBLISH_SERVICES
from app.journal.events import Event
from app.notifications.operations import send
from app.phases import PublicationKind
from delivery.services import rules
from delivery.services.events import ServicePublished
from delivery.services.messages import LaureatesSent
from delivery.services.queries import chosen_services, recipients


def publish_services(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make the laureate services public, all at once, and send an e-mail to their authors.

    Raises NotAllowed, PhaseClosed before the close of the call for interest, NotFound when it is
    another consultation, Conflict when none is chosen. Publishing again changes nothing.
    """
    return publish(
        consultation,
        PublicationKind.SERVICES,
        verb=PUBLISH_SERVICES,
        make_public=_make_public,
        send=_send_to_authors,
        ctx=ctx,
    )


def _make_public(consultation: Consultation, _ctx: Context) -> Sequence[Event]:
    services = chosen_services(consultation.id)
    for refused in rules.publication_refusals(len(services)):
        raise refused
    return [
        ServicePublished.of(service, service.contribution.number or 0, service.proposal.number)
        for service in services
    ]


def _send_to_authors(consultation: Consultation, _ctx: Context) -> None:
    for recipient in recipients(consultation.id):
        send(LaureatesSent.about(consultation, recipient.services), to=recipient.address)
