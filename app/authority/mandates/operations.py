"""A territory prepares a mandate for a helper structure, and signs it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from app.authority.mandates import queries
from app.authority.mandates.events import MandateSigned
from app.authority.mandates.messages import (
    MandateGiven,
    MandateNews,
    mandate_text,
    send_mandate_notice,
    send_to_answerable,
)
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.mandates.rules import (
    Named,
    fingerprint,
    name_refusal,
    persons_refusal,
    terms_refusal,
    with_implied,
)
from app.authority.memberships.members.operations import act_within
from app.authority.rights.queries import within_scope
from app.calendar.models import Consultation
from app.clock import end_of, in_paris, start_of
from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Action, Context, TerritoryKind
from app.gate.verbs import PREPARE_MANDATE, SIGN_MANDATE
from app.identity.models import Person
from app.identity.operations import person_at
from app.identity.rules import normal_email
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.models import Territory


class Terms(TypedDict):
    """What a mandate is to say.

    Each person is written as an address, or as « Prénom Nom <adresse> ». The helper structure is a
    territory of the registry or, without one, known by its name; days are those of Paris, both
    included.
    """

    consultation: Consultation
    helper: Territory | None
    helper_name: str
    persons: Sequence[str]
    actions: Collection[Action]
    starts_on: date
    ends_on: date


def prepare_mandate(territory: Territory, *, ctx: Context, **terms: Unpack[Terms]) -> Mandate:
    """A referent prepares a mandate for some persons; it gives nothing yet, and no e-mail is sent.

    Raises NotAllowed, Invalid (the terms, or the helper, are not those a mandate may have),
    Conflict (oneself, or a member of the territory, is named; a person is not of the helper
    structure).
    """
    ctx = act_within(territory, PREPARE_MANDATE, ctx=ctx)
    mandate = Mandate(territory_id=territory.id, **_said(territory, ctx, terms))
    db.session.add(mandate)
    db.session.flush()
    return queries.whole(mandate)


def rewrite_mandate(mandate: Mandate, *, ctx: Context, **terms: Unpack[Terms]) -> Mandate:
    """A referent corrects a mandate nobody signed: it says these terms from here, and no other.

    Needs `territory` loaded. Raises as `prepare_mandate` does, and Conflict once it is signed.
    """
    ctx = act_within(mandate.territory, PREPARE_MANDATE, ctx=ctx)
    mandate = queries.whole(queries.lock_mandate(mandate))
    if mandate.given_at is not None:
        raise Conflict(
            N_("Ce mandat est signé : il ne peut plus être modifié."),
            way_out=N_("Mettez-y fin, puis signez-en un autre."),
        )
    for name, value in _said(mandate.territory, ctx, terms).items():
        setattr(mandate, name, value)
    db.session.flush()
    return queries.whole(mandate)


def sign_mandate(mandate: Mandate, *, read: str, ctx: Context) -> Mandate:
    """A referent signs a prepared mandate: from here it gives what it says, when it says.

    `read` is the fingerprint, in hexadecimal, of the text the person read; what is signed is that
    one. All is checked anew, for memberships change. Whom it names is known by their address from
    here, if not before. Needs `territory` loaded. Raises NotAllowed, StepUpNeeded, Invalid,
    Conflict (oneself, or a member of the territory, is named; a person is not of the helper
    structure; its time is past; the text is not the one read). Signing twice changes nothing.
    """
    ctx = act_within(mandate.territory, SIGN_MANDATE, ctx=ctx)
    mandate = queries.whole(queries.lock_mandate(mandate))
    if mandate.given_at is not None:
        return mandate
    if mandate.ends_at <= ctx.instant:
        raise Conflict(
            N_("Ce mandat a dépassé son terme avant d’être signé."),
            way_out=N_("Abandonnez-le, puis préparez-en un autre."),
        )
    addresses = [Named.parse(person).address for person in mandate.named]
    _check_persons(mandate.territory, addresses, ctx, mandate.helper_id)
    signer = db.session.get_one(Person, ctx.actor.person_id)
    text = mandate_text(mandate, signer=signer)
    if read != fingerprint(text).hex():
        raise Conflict(
            N_("Le texte a changé depuis que vous l’avez lu : un nom, ou un titre."),
            way_out=N_("Relisez-le, puis signez."),
        )
    persons = [person_at(address, ctx=ctx) for address in addresses]
    db.session.add_all(
        MandatePerson(mandate_id=mandate.id, person_id=person.id) for person in persons
    )
    mandate.text, mandate.text_hash = text, fingerprint(text)
    mandate.given_at, mandate.signed_by_id = ctx.instant, signer.id
    db.session.flush()
    mandate = queries.whole(mandate)
    record(
        MandateSigned(
            subject_id=str(mandate.id),
            territory=mandate.territory.label,
            helper=mandate.helper,
            actions=" ".join(mandate.actions),
            starts_at=mandate.starts_at.isoformat(),
            ends_at=mandate.ends_at.isoformat(),
            persons=len(persons),
            text=fingerprint(text).hex(),
        ),
        ctx=within_scope(mandate, ctx),
    )
    for person in persons:
        send(MandateGiven.about(mandate), to=person.email)
    news = MandateNews.about(
        mandate, "signed", signer=mandate.signature, persons=tuple(mandate.labels)
    )
    send_to_answerable(news, mandate, ctx=ctx)
    send_mandate_notice(mandate, ctx=ctx)
    return mandate


def discard_mandate(mandate: Mandate, *, ctx: Context) -> None:
    """A referent gives up a mandate nobody signed, which is deleted.

    Needs `territory` loaded. Raises NotAllowed, Conflict once it is signed.
    """
    act_within(mandate.territory, PREPARE_MANDATE, ctx=ctx)
    queries.lock_mandate(mandate)
    if mandate.given_at is not None:
        raise Conflict(
            N_("Ce mandat est signé : il ne peut plus être abandonné."),
            way_out=N_("Vous pouvez y mettre fin."),
        )
    db.session.delete(mandate)
    db.session.flush()


def _said(territory: Territory, ctx: Context, terms: Terms) -> dict[str, Any]:
    """What a prepared mandate keeps of its terms, once they are those one may have."""
    helper, named = terms["helper"], _named(terms["persons"])
    if refused := terms_refusal(
        persons=len(named),
        actions=terms["actions"],
        starts_on=terms["starts_on"],
        ends_on=terms["ends_on"],
        today=in_paris(ctx.instant).date(),
    ):
        raise refused
    helper_id = helper.id if helper else None
    shown = _called(territory, helper, terms["helper_name"])
    _check_persons(territory, [person.address for person in named], ctx, helper_id)
    return {
        "consultation_id": terms["consultation"].id,
        "helper_id": helper_id,
        "helper": shown,
        "named": [str(person) for person in named],
        "actions": [action.value for action in with_implied(terms["actions"])],
        "starts_at": start_of(terms["starts_on"]),
        "ends_at": end_of(terms["ends_on"]),
        "prepared_at": ctx.instant,
        "prepared_by_id": ctx.actor.person_id,
    }


def _named(written: Sequence[str]) -> list[Named]:
    """Whom a mandate names, once each, by address."""
    found: dict[str, Named] = {}
    for person in map(Named.parse, written):
        if address := normal_email(person.address):
            found.setdefault(address, Named(address, person.name))
    return [found[address] for address in sorted(found)]


def _called(territory: Territory, helper: Territory | None, name: str) -> str:
    """What the helper structure is called; of one of the registry, a place's name says what it is.

    Raises Invalid when it is the territory itself, or a name that cannot be one.
    """
    if helper is None:
        name = unicodedata.normalize("NFC", " ".join(name.split()))
        if refused := name_refusal(name, of_registry=queries.territory_named(name) is not None):
            raise refused
        return name
    if helper.id == territory.id:
        raise Invalid(N_("Une collectivité ne se donne pas mandat à elle-même."))
    proper = helper.kind in (TerritoryKind.EPCI, TerritoryKind.SYNDICAT)
    return helper.name if proper else f"{helper.name} ({helper.what})"


def _check_persons(
    territory: Territory, named: Collection[str], ctx: Context, helper_id: UUID | None
) -> None:
    """Check who is named: neither oneself nor a member, all of them of a helper of the registry."""
    oneself = db.session.get_one(Person, ctx.actor.person_id)
    members = queries.members_among(named, territory.id, ctx.instant, contested=True)
    helpers = queries.members_among(named, helper_id, ctx.instant) if helper_id else named
    if refused := persons_refusal(named, by=oneself.email, members=members, helpers=helpers):
        raise refused
