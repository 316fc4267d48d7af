"""Reads of the official mailboxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from app.authority.mailboxes.models import Mailbox
from app.authority.mailboxes.rules import RECENT_CHANGE, AddressFacts, domain_of
from app.db import db
from app.gate.actors import TerritoryKind
from app.territories.models import Territory


@dataclass(frozen=True)
class Registered:
    """The current territories by SIREN, and those counted as a kind by code, others included.

    `own` are those whose mailbox a file of the kind gives.
    """

    by_siren: Mapping[str, UUID]
    by_code: Mapping[str, UUID]
    own: frozenset[UUID]


def given_in(kind: TerritoryKind) -> ColumnElement[bool]:
    """Whether the mailbox of a territory is given by the files of a kind, and by no other.

    Several official lists count the Ville de Paris or the Collectivité de Corse: the first in the
    order of `counted_as` gives it, else the next import of each would change it again.
    """
    special = Territory.kind == TerritoryKind.SPECIAL
    return case((special, Territory.counted_as[1] == kind.value), else_=Territory.kind == kind)


def registered(kind: TerritoryKind) -> Registered:
    """The current territories, as the rows of a file of a kind name them."""
    rows = db.session.execute(
        select(
            Territory.id,
            Territory.kind,
            Territory.code,
            Territory.siren,
            Territory.counted_as,
            Territory.other_codes,
            given_in(kind).label("own"),
        ).where(Territory.ended_on.is_(None))
    ).all()
    by_siren = {row.siren: row.id for row in rows if row.siren}
    by_code = {
        code: row.id
        for row in rows
        if row.kind is kind or kind.value in row.counted_as
        for code in (row.code, *row.other_codes)
    }
    return Registered(by_siren, by_code, frozenset(row.id for row in rows if row.own))


def mailbox_of(territory_id: UUID) -> Mailbox | None:
    """The official mailbox of a territory."""
    return db.session.get(Mailbox, territory_id)


def mailbox_recipients(territory_id: UUID, instant: datetime) -> list[str]:
    """The addresses sent what is done in a territory's name: none without an official mailbox.

    One that changed in the last thirty days may have been changed for the occasion: the address it
    replaced is a recipient too.
    """
    own = mailbox_of(territory_id)
    if own is None:
        return []
    recent = own.changed_at is not None and instant - own.changed_at < RECENT_CHANGE
    return [own.address, own.previous] if recent and own.previous else [own.address]


def address_facts(territory_id: UUID, address: str) -> AddressFacts:
    """What the imported mailboxes say of a territory and of the domain of an address."""
    own = mailbox_of(territory_id)
    domain = domain_of(address)
    same_domain = Mailbox.domain == domain
    same_address = Mailbox.address == (own.address if own else "")
    on_domain, here, sharers = db.session.execute(
        select(
            func.count().filter(same_domain),
            func.count().filter(same_domain, Mailbox.territory_id == territory_id),
            func.count().filter(same_address),
        ).where(same_domain | same_address)
    ).one()
    if own is None:
        return AddressFacts(on_domain=on_domain)
    place = db.session.get_one(Territory, territory_id)
    names = (place.name, *place.other_names)
    return AddressFacts(
        own.address, sharers, own.changed_at, on_domain, here == 1, names, own.website
    )
