"""What is done by mandates is sent to each territory, and to the moderators when it is much."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid5

from app.authority.mailboxes.queries import mailbox_recipients
from app.authority.mandates.messages import period
from app.authority.mandates.models import Mandate, MandateAlert
from app.authority.mandates.rules import surge
from app.authority.mandates.uses import queries
from app.authority.mandates.uses.messages import MandatesMuchUsed, MandateUsed
from app.authority.memberships.queries import answerable
from app.authority.rights.acts.jobs import sending
from app.authority.rights.acts.models import Act
from app.authority.rights.models import RightKind
from app.authority.rights.notices.operations import issue_notice
from app.db import advisory_lock, db
from app.formats import closed_at, day
from app.gate.actors import Context
from app.identity.models import Person
from app.notifications.operations import send
from app.phases import Phase


@sending(RightKind.MANDATE)
def send_use(act: Act, ctx: Context) -> None:
    """Send a territory what was done by its mandate, and the moderators when it is much.

    The official mailbox receives it or, without one, who answers for the territory. So many acts
    by one person in so little time raise an alert to the moderators of the consultation, once a
    day.
    """
    assert act.right_id is not None
    mandate = queries.used(act.right_id)
    person = db.session.get(Person, act.person_id) if act.person_id else None
    _send_to_territory(act, mandate, person, ctx)
    if person is None:
        return
    # One at a time of a person's acts: each sees the alert that another raised.
    advisory_lock(uuid5(person.id, "mandate-use"))
    instants, last_alert = queries.done_around(act)
    if found := surge(instants, act.done_at, last_alert):
        raised_at, acts = found
        _alert(mandate, person, raised_at, acts)


def _send_to_territory(act: Act, mandate: Mandate, person: Person | None, ctx: Context) -> None:
    assert mandate.given_at is not None
    who = ", ".join(filter(None, (person.display_name, person.function))) if person else ""
    collection = ctx.calendar.window(Phase.COLLECTION) if ctx.calendar else None
    message = MandateUsed(
        mandate_id=str(mandate.id),
        notice_id="",
        territory=mandate.territory.label,
        helper=mandate.helper,
        person=who,
        verb=act.verb,
        number=act.number,
        title=act.title,
        signed_on=day(mandate.given_at),
        during=period(mandate),
        slug=mandate.consultation.slug,
        subject_id=str(act.subject_id),
        until=closed_at(collection.closes_at)
        if collection and not collection.is_past(ctx.instant)
        else "",
    )
    mailboxes = mailbox_recipients(mandate.territory_id, ctx.instant)
    for address in mailboxes:
        notice = issue_notice(mandate, act_id=act.id, ctx=ctx)
        send(replace(message, notice_id=str(notice.id)), to=address)
    if not mailboxes:
        for member in answerable(mandate.territory_id, ctx.instant):
            send(message, to=member.person.email)


def _alert(mandate: Mandate, person: Person, raised_at: datetime, acts: int) -> None:
    consultation_id = mandate.consultation_id
    db.session.add(
        MandateAlert(person_id=person.id, consultation_id=consultation_id, raised_at=raised_at)
    )
    db.session.flush()
    message = MandatesMuchUsed(
        consultation=mandate.consultation.title,
        slug=mandate.consultation.slug,
        person=person.display_name,
        acts=acts,
    )
    for moderator in queries.moderators(consultation_id):
        send(message, to=moderator.email)
