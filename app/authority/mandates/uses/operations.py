"""Each act done by a mandate is kept and told; moderators see to those who do much."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from app.authority.mailboxes.queries import addresses_told
from app.authority.mandates.ends.operations import end_mandate
from app.authority.mandates.messages import period
from app.authority.mandates.models import Mandate, MandateAlert, MandateUse
from app.authority.mandates.queries import lock_mandate
from app.authority.mandates.rules import Act, surges
from app.authority.mandates.uses import queries
from app.authority.mandates.uses.messages import MandatesMuchUsed, MandateUsed
from app.authority.memberships.queries import answerable
from app.authority.rights.notices.operations import issue_notice
from app.authority.rights.queries import within_scope
from app.calendar.queries import fresh_calendar
from app.db import advisory_lock, db
from app.errors import N_, Conflict, Invalid
from app.formats import closed_at, day
from app.gate import WATCH_MANDATES, Context, check
from app.identity.models import Person
from app.notifications.operations import send
from app.phases import Phase


def note_use(
    mandate_id: UUID, act: Act, *, subject_id: UUID, number: int, title: str, ctx: Context
) -> MandateUse:
    """Keep what was just done by a mandate, and tell its territory: the last gesture of the act.

    `subject_id` is the support, the participation or the contribution; `number` and `title` are
    those of the proposal or of the contribution, the number 0 for a draft, which has none. The
    official mailbox is told or, without one, those who answer for the territory. So many acts by
    one person in so little time raise an alert to the moderators of the consultation, once a day.
    """
    person = db.session.get_one(Person, ctx.actor.person_id)
    # From here to the commit a person's acts follow one another: each counts those before it. It
    # comes last, so that who holds it waits for nothing more.
    advisory_lock(uuid5(person.id, "mandate-use"))
    mandate = queries.used(mandate_id)
    use = MandateUse(
        mandate_id=mandate.id,
        person_id=person.id,
        act=act,
        subject_id=subject_id,
        number=number,
        title=title,
        done_at=ctx.instant,
    )
    db.session.add(use)
    db.session.flush()
    _tell_territory(use, mandate, person, ctx)
    acts, last_alert = queries.lately(person.id, mandate.consultation_id, ctx.instant)
    if surges(acts, last_alert, ctx.instant):
        _alert(mandate, person, acts, ctx)
    return use


def mark_seen(alert: MandateAlert, *, ctx: Context) -> MandateAlert:
    """A moderator has looked at an alert. Raises NotAllowed. Seeing it twice changes nothing."""
    ctx = replace(ctx, calendar=fresh_calendar(alert.consultation_id))
    check(ctx, WATCH_MANDATES)
    alert.seen_at = alert.seen_at or ctx.instant
    db.session.flush()
    return alert


def stop_mandate(mandate: Mandate, *, reason: str, ctx: Context) -> Mandate:
    """A moderator ends a mandate, with a reason that its territory and its persons read.

    What was done by it stands. Needs `territory` loaded. Raises NotAllowed, Invalid without a
    reason, Conflict when it is not signed, has ended, is past its term, or is contested: the
    contest decides then.
    """
    ctx = within_scope(mandate, ctx)
    check(ctx, WATCH_MANDATES)
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la collectivité et les personnes nommées le liront."))
    lock_mandate(mandate)
    if refused := mandate.ending_refusal(ctx.instant):
        raise refused
    if mandate.contested_at is not None:
        raise Conflict(
            N_("Ce mandat est contesté : il est déjà suspendu."),
            way_out=N_("Statuez sur la contestation : elle le maintient, ou y met fin."),
        )
    return end_mandate(mandate, by="moderator", reason=reason.strip(), ctx=ctx)


def _tell_territory(use: MandateUse, mandate: Mandate, person: Person, ctx: Context) -> None:
    assert mandate.given_at is not None
    who = ", ".join(filter(None, (person.display_name, person.function)))
    collection = ctx.calendar.window(Phase.COLLECTION) if ctx.calendar else None
    told = MandateUsed(
        mandate_id=str(mandate.id),
        notice_id="",
        territory=mandate.territory.label,
        helper=mandate.helper,
        person=who,
        act=use.act,
        number=use.number,
        title=use.title,
        signed_on=day(mandate.given_at),
        during=period(mandate),
        slug=mandate.consultation.slug,
        subject_id=str(use.subject_id),
        until=closed_at(collection.closes_at)
        if collection and not collection.is_past(ctx.instant)
        else "",
    )
    mailboxes = addresses_told(mandate.territory_id, ctx.instant)
    for address in mailboxes:
        notice = issue_notice(mandate, use_id=use.id, ctx=ctx)
        send(replace(told, notice_id=str(notice.id)), to=address)
    if not mailboxes:
        for member in answerable(mandate.territory_id, ctx.instant):
            send(told, to=member.person.email)


def _alert(mandate: Mandate, person: Person, acts: int, ctx: Context) -> None:
    db.session.add(
        MandateAlert(
            person_id=person.id, consultation_id=mandate.consultation_id, raised_at=ctx.instant
        )
    )
    db.session.flush()
    told = MandatesMuchUsed(
        consultation=mandate.consultation.title,
        slug=mandate.consultation.slug,
        person=person.display_name,
        acts=acts,
    )
    for moderator in queries.moderators(mandate.consultation_id):
        send(told, to=moderator.email)
