"""Mandates in tests, prepared and signed by a referent as the pages do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app import clock
from app.authority.mandates.messages import mandate_text
from app.authority.mandates.models import Mandate
from app.authority.mandates.operations import prepare_mandate, sign_mandate
from app.authority.mandates.queries import mandate as read
from app.authority.mandates.queries import territories_acted_for
from app.authority.mandates.rules import fingerprint
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import is_current
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Action
from app.gate.verbs import SUPPORT
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.territories.models import Territory
from tests.support import factories


def today() -> date:
    """The day it is in Paris."""
    return clock.in_paris(clock.now()).date()


def referent_for(territory: Territory) -> Person:
    """Who answers for a territory: its first referent, or a new one when it has none."""
    referent = db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.territory_id == territory.id, Membership.referent, is_current(clock.now())
        )
        .order_by(Membership.given_at)
    ).first()
    return referent or factories.referent_of(territory.code, territory.kind)


def prepared(
    territory: Territory,
    consultation: Consultation,
    *helpers: Person,
    actions: Collection[Action] = (Action.DRAFT, Action.SUBMIT, Action.SUPPORT, Action.AMI),
    helper: Territory | None = None,
    helper_name: str = "SICTIAM",
    starts_on: date | None = None,
    days: int = 30,
    addresses: Sequence[str] = (),
    by: Person | None = None,
) -> Mandate:
    """A mandate that waits for its signature, from today by default, for so many days."""
    first = starts_on or today()
    by = by or referent_for(territory)
    with transaction():
        return prepare_mandate(
            territory,
            consultation=consultation,
            helper=helper,
            helper_name=helper_name,
            persons=[*(person.email for person in helpers), *addresses],
            actions=actions,
            starts_on=first,
            ends_on=first + timedelta(days=days - 1),
            ctx=factories.acting(by),
        )


def mandated(
    helper: Person,
    territory: Territory,
    consultation: Consultation,
    *,
    actions: Collection[Action] = (Action.DRAFT, Action.SUBMIT, Action.SUPPORT, Action.AMI),
    helper_name: str = "SICTIAM",
    days: int = 30,
    structure: Territory | None = None,
    starts_on: date | None = None,
    by: Person | None = None,
) -> Mandate:
    """A mandate a referent of the territory signed: it names one helper, of a structure."""
    by = by or referent_for(territory)
    made = prepared(
        territory,
        consultation,
        helper,
        actions=actions,
        helper_name=helper_name,
        days=days,
        helper=structure,
        starts_on=starts_on,
        by=by,
    )
    return signed(made, by=by)


def signed(mandate: Mandate, *, by: Person) -> Mandate:
    """A prepared mandate once someone has read it and signed it."""
    with transaction():
        sign_mandate(reread(mandate), read=text_read(mandate, by), ctx=factories.acting(by))
    return reread(mandate)


def text_read(mandate: Mandate, by: Person) -> str:
    """What the page sends back of the text of a mandate that someone reads there."""
    return fingerprint(mandate_text(reread(mandate), signer=by)).hex()


def reread(mandate: Mandate) -> Mandate:
    """As another request reads it."""
    found = read(mandate.id)
    assert found is not None
    return found


def events_of(mandate: Mandate) -> list[str]:
    """What the journal says of a mandate, in order."""
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_id == mandate.id)
            .order_by(JournalEvent.subject_version)
        )
    )


def acted_for(who: Person, consultation: Consultation) -> list[str]:
    """The territories someone may support for, as a page names them."""
    ctx = factories.acting(who, consultation)
    return [found.label.replace("'", "’") for found in territories_acted_for(ctx, SUPPORT)]
