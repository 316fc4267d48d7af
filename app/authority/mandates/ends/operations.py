"""A mandate ends, for all the persons it names or for one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.authority.mailboxes.queries import mailbox_recipients
from app.authority.mandates.events import MandatePersonRemoved, MandateRevoked
from app.authority.mandates.messages import MandateNews, MandateOver, send_to_answerable
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.mandates.queries import lock_mandate, whole
from app.authority.memberships.members.operations import act_within
from app.authority.memberships.queries import answerable
from app.authority.rights.queries import within_scope
from app.db import database_instant, db
from app.errors import N_, Conflict
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import RENOUNCE_MANDATE, REVOKE_MANDATE
from app.identity.models import Person
from app.journal.operations import record
from app.notifications.operations import send


def revoke_mandate(mandate: Mandate, *, ctx: Context) -> Mandate:
    """Whoever may commit the territory ends its mandate: the next act by it is refused.

    Acts that entered their phase before are waited for. Needs `territory` loaded. Raises
    NotAllowed, Conflict while it is not signed, or past its term. Ending it twice changes nothing.
    """
    ctx = act_within(mandate.territory, REVOKE_MANDATE, ctx=ctx)
    lock_mandate(mandate)
    if mandate.is_over:
        return mandate
    _check_lasts(mandate, ctx)
    return end_mandate(mandate, by="territory", ctx=ctx)


def remove_person(mandate: Mandate, person: Person, *, ctx: Context) -> Mandate:
    """Whoever may end a territory's mandate ends it for one of the persons it names.

    Needs `territory` loaded. Raises NotAllowed, Conflict when it is not signed, has ended, is past
    its term, or names nobody such. Removing twice changes nothing.
    """
    ctx = act_within(mandate.territory, REVOKE_MANDATE, ctx=ctx)
    lock_mandate(mandate)
    _check_lasts(mandate, ctx)
    found = db.session.get(MandatePerson, (mandate.id, person.id))
    if found is None:
        raise Conflict(N_("Ce mandat ne nomme pas cette personne."))
    if _remove(found, mandate, by="territory", ctx=ctx):
        send(MandateOver.about(mandate, by="territory", alone=True), to=person.email)
    return mandate


def renounce_mandate(named: MandatePerson, *, ctx: Context) -> MandatePerson:
    """A person whom a mandate names gives it up, for themself alone.

    Needs `mandate`, its `territory` and `person` loaded. Raises NotAllowed, Conflict once the
    mandate has ended. Renouncing twice changes nothing.
    """
    check(ctx, RENOUNCE_MANDATE, named)
    mandate = lock_mandate(named.mandate)
    _check_lasts(mandate, ctx)
    if _remove(named, mandate, by="person", ctx=ctx):
        news = MandateNews.about(mandate, "renounced", name=mandate.called(named.person))
        send_to_answerable(news, mandate, ctx=ctx)
    return named


def end_mandate(
    mandate: Mandate, *, by: str, reason: str = "", already_sent: Collection[str] = (), ctx: Context
) -> Mandate:
    """End a mandate for all the persons it names: from here it gives nothing more.

    Needs it locked, with `territory` loaded, by whoever was allowed to: `by` is territory, mailbox
    or moderator. An e-mail goes to the persons, to those who answer for the territory and, of
    a moderator's end, to its official mailbox: each address once, but those `already_sent` to.
    Ending what has ended changes nothing.
    """
    if mandate.is_over:
        return mandate
    # Of the database, now that no act relies on it: what was done by it was done before.
    ctx = replace(ctx, instant=database_instant())
    mandate.ended_at, mandate.ended_by, mandate.ending = ctx.instant, by, reason
    db.session.flush()
    record(
        MandateRevoked(
            subject_id=str(mandate.id),
            territory=mandate.territory.label,
            helper=mandate.helper,
            by=by,
        ),
        ctx=within_scope(mandate, ctx),
    )
    for named in whole(mandate).persons:
        if named.removed_at is None:
            send(MandateOver.about(mandate, by=by, reason=reason), to=named.person.email)
    news = MandateNews.about(mandate, "ended", by=by, reason=reason)
    send_to_answerable(news, mandate, already_sent=already_sent, ctx=ctx)
    if by == "moderator":
        answering = {each.person.email for each in answerable(mandate.territory_id, ctx.instant)}
        for address in mailbox_recipients(mandate.territory_id, ctx.instant):
            if address not in {*answering, *already_sent}:
                send(replace(news, mandate_id=""), to=address)
    return mandate


def _check_lasts(mandate: Mandate, ctx: Context) -> None:
    if refused := mandate.ending_refusal(ctx.instant):
        raise refused


def _remove(named: MandatePerson, mandate: Mandate, *, by: str, ctx: Context) -> bool:
    """Take a person out of a mandate, which is locked; whether they still were in it."""
    db.session.refresh(named, attribute_names=["removed_at"])
    if named.removed_at is not None:
        return False
    ctx = replace(ctx, instant=database_instant())
    named.removed_at = ctx.instant
    db.session.flush()
    record(
        MandatePersonRemoved(
            subject_id=str(mandate.id),
            territory=mandate.territory.label,
            helper=mandate.helper,
            by=by,
        ),
        ctx=within_scope(mandate, ctx),
    )
    return True
