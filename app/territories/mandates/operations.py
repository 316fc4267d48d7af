"""A territory gives a mandate to a helper structure, and takes it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from app.calendar.models import Consultation
from app.calendar.queries import fresh_calendar
from app.clock import end_of, in_paris, start_of
from app.db import database_instant, db
from app.errors import N_, Conflict, Invalid
from app.gate import (
    PREPARE_MANDATE,
    RENOUNCE_MANDATE,
    REVOKE_MANDATE,
    SIGN_MANDATE,
    Action,
    Context,
    TerritoryKind,
    check,
)
from app.identity.models import Person
from app.identity.operations import person_at
from app.identity.rules import normal_email
from app.journal.events import MandatePersonRemoved, MandateRevoked, MandateSigned
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.mandates import queries
from app.territories.mandates.messages import MandateGiven, MandateNews, MandateOver, mandate_text
from app.territories.mandates.models import Mandate, MandatePerson
from app.territories.mandates.rules import (
    fingerprint,
    name_refusal,
    persons_refusal,
    terms_refusal,
    with_implied,
)
from app.territories.memberships.grants.operations import hold_people
from app.territories.memberships.members.operations import act_within
from app.territories.memberships.notices.operations import tell_mailbox_of_mandate
from app.territories.memberships.queries import standing_memberships
from app.territories.models import Territory

_STATE = [
    "text", "text_hash", "signed_at", "signed_by_id", "contested_at", "revoked_at", "revoked_by",
    "revocation",
]  # fmt: skip


def prepare_mandate(
    territory: Territory, *, consultation: Consultation, helper: Territory | None,
    helper_name: str, addresses: Sequence[str], actions: Collection[Action], starts_on: date,
    ends_on: date, ctx: Context,
) -> Mandate:  # fmt: skip
    """A referent prepares a mandate for the persons at some addresses; it gives nothing yet.

    The helper structure is a territory of the registry or, without one, known by its name; days
    are those of Paris, both included. Raises NotAllowed, Invalid (the terms, or the helper, are
    not those a mandate may have), Conflict (oneself, or a member of the territory, is named).
    """
    ctx = act_within(territory, PREPARE_MANDATE, ctx=ctx)
    named = sorted({normal_email(address) for address in addresses} - {""})
    if refused := terms_refusal(
        persons=len(named), actions=actions, starts_on=starts_on, ends_on=ends_on,
        today=in_paris(ctx.instant).date(),
    ):  # fmt: skip
        raise refused
    shown = _called(territory, helper, helper_name)
    persons = [person_at(address, ctx=ctx) for address in named]
    db.session.flush()
    _check_persons(territory, persons, ctx)
    mandate = Mandate(
        territory_id=territory.id, consultation_id=consultation.id,
        helper_id=helper.id if helper else None, helper=shown,
        actions=[action.value for action in with_implied(actions)],
        starts_at=start_of(starts_on), ends_at=end_of(ends_on),
        prepared_at=ctx.instant, prepared_by_id=ctx.actor.person_id,
    )  # fmt: skip
    db.session.add(mandate)
    db.session.flush()
    db.session.add_all(
        MandatePerson(mandate_id=mandate.id, person_id=person.id) for person in persons
    )
    db.session.flush()
    return _whole(mandate)


def sign_mandate(mandate: Mandate, *, read: str = "", ctx: Context) -> Mandate:
    """A referent signs a prepared mandate: from here it gives what it says, when it says.

    `read` is the fingerprint, in hexadecimal, of the text the person read; what is signed is that
    one. All is checked anew, for persons and memberships change. Needs `territory` loaded. Raises
    NotAllowed, StepUpNeeded, Invalid, Conflict (oneself, or a member of the territory, is named; a
    person is not of the helper structure; its time is past; the text is no longer the one read).
    Signing twice changes nothing.
    """
    ctx = act_within(mandate.territory, SIGN_MANDATE, ctx=ctx)
    mandate = _whole(hold_mandate(mandate))
    if mandate.signed_at is not None:
        return mandate
    if mandate.ends_at <= ctx.instant:
        raise Conflict(
            N_("Ce mandat a dépassé son terme avant d’être signé."),
            way_out=N_("Abandonnez-le, puis préparez-en un autre."),
        )
    persons = [named.person for named in mandate.persons]
    _check_persons(mandate.territory, persons, ctx, mandate.helper_id)
    signer = db.session.get_one(Person, ctx.actor.person_id)
    text = mandate_text(mandate, signer=signer)
    if read and read != fingerprint(text).hex():
        raise Conflict(
            N_("Le texte a changé depuis que vous l’avez lu : un nom, ou un titre."),
            way_out=N_("Relisez-le, puis signez."),
        )
    mandate.text, mandate.text_hash = text, fingerprint(text)
    mandate.signed_at, mandate.signed_by_id = ctx.instant, signer.id
    db.session.flush()
    record(
        MandateSigned(
            subject_id=str(mandate.id), territory=mandate.territory.label, helper=mandate.helper,
            actions=" ".join(mandate.actions), starts_at=mandate.starts_at.isoformat(),
            ends_at=mandate.ends_at.isoformat(), persons=len(persons),
            text=fingerprint(text).hex(),
        ),
        ctx=_within(mandate, ctx),
    )  # fmt: skip
    for person in persons:
        send(MandateGiven.about(mandate), to=person.email)
    _tell_referents(mandate, "signed", ctx)
    tell_mailbox_of_mandate(mandate, ctx=ctx)
    return mandate


def discard_mandate(mandate: Mandate, *, ctx: Context) -> None:
    """A referent gives up a mandate nobody signed, which is deleted.

    Needs `territory` loaded. Raises NotAllowed, Conflict once it is signed.
    """
    act_within(mandate.territory, PREPARE_MANDATE, ctx=ctx)
    hold_mandate(mandate)
    if mandate.signed_at is not None:
        raise Conflict(
            N_("Ce mandat est signé : il ne peut plus être abandonné."),
            way_out=N_("Vous pouvez y mettre fin."),
        )
    db.session.execute(delete(MandatePerson).where(MandatePerson.mandate_id == mandate.id))
    db.session.execute(delete(Mandate).where(Mandate.id == mandate.id))


def revoke_mandate(mandate: Mandate, *, ctx: Context) -> Mandate:
    """Whoever may commit the territory ends its mandate: the next act by it is refused.

    Acts that entered their phase before are waited for. Needs `territory` loaded. Raises
    NotAllowed, Conflict while it is not signed. Ending it twice changes nothing.
    """
    ctx = act_within(mandate.territory, REVOKE_MANDATE, ctx=ctx)
    _read_again(mandate)
    if mandate.revoked_at is not None:
        return mandate
    _check_signed(mandate)
    return end_mandate(mandate, by="territory", ctx=ctx)


def remove_person(mandate: Mandate, person: Person, *, ctx: Context) -> Mandate:
    """Whoever may end a territory's mandate ends it for one of the persons it names.

    Needs `territory` loaded. Raises NotAllowed, Conflict when it is not signed, has ended, or names
    nobody such. Removing twice changes nothing.
    """
    ctx = act_within(mandate.territory, REVOKE_MANDATE, ctx=ctx)
    hold_mandate(mandate)
    _check_signed(mandate)
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
    mandate = hold_mandate(named.mandate)
    _check_signed(mandate)
    if _remove(named, mandate, by="person", ctx=ctx):
        _tell_referents(mandate, "renounced", ctx, name=named.person.display_name)
    return named


def hold_mandate(mandate: Mandate) -> Mandate:
    """Hold a mandate against the acts that rely on it, and read it as it now stands.

    The lock on the territory's people comes first, always. Raises Conflict when it was discarded
    or revoked.
    """
    hold_people(mandate.territory_id)
    _read_again(mandate)
    if mandate.revoked_at is not None:
        raise _over()
    return mandate


def end_mandate(mandate: Mandate, *, by: str, reason: str = "", ctx: Context) -> Mandate:
    """End a mandate for all the persons it names: from here it gives nothing more.

    Needs it held, with `territory` loaded, by whoever was allowed to: `by` is territory, mailbox or
    moderator. The persons are told, and the referents who did not do it. Ending what has ended
    changes nothing.
    """
    if mandate.revoked_at is not None:
        return mandate
    # Of the database, now that no act holds it: what was done by it was done before.
    ctx = replace(ctx, instant=database_instant())
    mandate.revoked_at, mandate.revoked_by, mandate.revocation = ctx.instant, by, reason
    db.session.flush()
    record(
        MandateRevoked(
            subject_id=str(mandate.id), territory=mandate.territory.label, helper=mandate.helper,
            by=by,
        ),
        ctx=_within(mandate, ctx),
    )  # fmt: skip
    for named in _whole(mandate).persons:
        if named.removed_at is None:
            send(MandateOver.about(mandate, by=by, reason=reason), to=named.person.email)
    _tell_referents(mandate, "ended", ctx, by=by, reason=reason)
    return mandate


def _called(territory: Territory, helper: Territory | None, name: str) -> str:
    """What the helper structure is called; of one of the registry, a place's name says what it is.

    Raises Invalid when it is the territory itself, or a name that cannot be one.
    """
    if helper is None:
        name = " ".join(name.split())
        if refused := name_refusal(name, of_registry=queries.territory_named(name) is not None):
            raise refused
        return name
    if helper.id == territory.id:
        raise Invalid(N_("Une collectivité ne se donne pas mandat à elle-même."))
    proper = helper.kind in (TerritoryKind.EPCI, TerritoryKind.SYNDICAT)
    return helper.name if proper else f"{helper.name} ({helper.what})"


def _check_persons(
    territory: Territory, persons: Collection[Person], ctx: Context, helper_id: UUID | None = None
) -> None:
    """Check who is named: neither oneself nor a member and, when asked, all of the helper's own."""
    named = {person.id: person.email for person in persons}
    members = queries.members_among(named, territory.id, ctx.instant, contested=True)
    helpers = queries.members_among(named, helper_id, ctx.instant) if helper_id else set(named)
    if refused := persons_refusal(named, by=ctx.actor.person_id, members=members, helpers=helpers):
        raise refused


def _check_signed(mandate: Mandate) -> None:
    if mandate.signed_at is None:
        raise Conflict(
            N_("Ce mandat n’est pas signé : il ne donne encore rien."),
            way_out=N_("Une personne référente peut l’abandonner."),
        )


def _read_again(mandate: Mandate) -> None:
    """Hold the row alone, and read it as it now stands. Raises Conflict when it was discarded."""
    own = select(Mandate.id).where(Mandate.id == mandate.id).with_for_update()
    if db.session.scalar(own) is None:
        raise _over()
    db.session.refresh(mandate, attribute_names=_STATE)


def _over() -> Conflict:
    return Conflict(
        N_("Ce mandat a pris fin, ou a été abandonné."),
        way_out=N_("La liste montre ceux qui valent encore."),
    )


def _whole(mandate: Mandate) -> Mandate:
    found = queries.mandate(mandate.id)
    assert found is not None
    return found


def _within(mandate: Mandate, ctx: Context) -> Context:
    """The same act, in the consultation the mandate is for, whichever the page was about."""
    return replace(ctx, calendar=fresh_calendar(mandate.consultation_id))


def _remove(named: MandatePerson, mandate: Mandate, *, by: str, ctx: Context) -> bool:
    """Take a person out of a mandate, which is held; whether they still were in it."""
    db.session.refresh(named, attribute_names=["removed_at"])
    if named.removed_at is not None:
        return False
    ctx = replace(ctx, instant=database_instant())
    named.removed_at = ctx.instant
    db.session.flush()
    record(
        MandatePersonRemoved(
            subject_id=str(mandate.id), territory=mandate.territory.label, helper=mandate.helper,
            by=by,
        ),
        ctx=_within(mandate, ctx),
    )  # fmt: skip
    return True


def _tell_referents(mandate: Mandate, news: str, ctx: Context, **facts: str) -> None:
    message = MandateNews.about(mandate, news, **facts)
    for member in standing_memberships(mandate.territory_id, ctx.instant):
        if member.referent and member.person_id != ctx.actor.person_id:
            send(message, to=member.person.email)
