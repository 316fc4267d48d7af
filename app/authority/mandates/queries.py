"""Reads about mandates, and about whom a person acts for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import is_current
from app.authority.rights.queries import lock_people
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context, TerritoryKind
from app.gate.refusals import relied_on
from app.gate.verb import Verb
from app.identity.models import Person
from app.territories.bodies import body_and_place, place_key
from app.territories.keys import search_key
from app.territories.models import Territory

_STATE = ["text", "text_hash", "given_at", "signed_by_id", "contested_at", "ended_at", "ended_by"]


@dataclass(frozen=True)
class ActingFor:
    """A territory a person acts for: in their own right, or via a helper structure."""

    territory: Territory
    via: str = ""

    @property
    def label(self) -> str:
        """« Lannion (Côtes-d’Armor) », with « , via SICTIAM » when it is by a mandate."""
        departement = self.territory.departement_name
        name = self.territory.name
        place = f"{name} ({departement})" if departement else name
        return _("%(place)s, via %(helper)s", place=place, helper=self.via) if self.via else place


def territories_acted_for(ctx: Context, verb: Verb) -> Sequence[ActingFor]:
    """The territories a person belongs to, or is mandated for, by name; no query without any.

    By a current mandate of the verb's action, in the context's consultation. Once each: in one's
    own right when it suffices.
    """
    actor, instant = ctx.actor, ctx.instant
    ids = {m.territory_id for m in actor.memberships if m.is_current(instant)}
    if verb.mandate is not None:
        ids |= {
            given.territory_id
            for given in actor.mandates
            if actor.mandate_for(given.territory_id, verb.mandate, ctx.consultation_id, instant)
        }
    if not ids:
        return []
    found = db.session.scalars(
        select(Territory).where(Territory.id.in_(ids)).order_by(Territory.name_key, Territory.code)
    )
    rights = ((territory, relied_on(ctx, verb, territory)) for territory in found)
    return [ActingFor(territory, right.via if right else "") for territory, right in rights]


def _whole() -> Select[Mandate]:
    return select(Mandate).options(
        joinedload(Mandate.territory),
        joinedload(Mandate.consultation),
        joinedload(Mandate.signed_by),
        selectinload(Mandate.persons).joinedload(MandatePerson.person),
    )


def mandate(mandate_id: UUID) -> Mandate | None:
    """A mandate with its territory, its consultation and the persons it names, read again."""
    return db.session.scalar(
        _whole().where(Mandate.id == mandate_id).execution_options(populate_existing=True)
    )


def whole(known: Mandate) -> Mandate:
    """A mandate that there is, read again with all of it."""
    found = mandate(known.id)
    assert found is not None
    return found


def lock_mandate(mandate: Mandate) -> Mandate:
    """Lock a mandate against the acts that rely on it, and read it as it now is.

    The lock on the territory's people comes first, always. Raises Conflict when it was discarded.
    """
    lock_people(mandate.territory_id)
    own = select(Mandate.id).where(Mandate.id == mandate.id)
    if db.session.scalar(own.with_for_update()) is None:
        raise Conflict(
            N_("Ce mandat a été abandonné."), way_out=N_("La liste montre ceux qui valent encore.")
        )
    db.session.refresh(mandate, attribute_names=_STATE)
    return mandate


def mandates_of_territory(territory_id: UUID) -> Sequence[Mandate]:
    """The mandates of a territory: those to sign, then those signed, then those over."""
    over = case((Mandate.ended_at.is_not(None), 2), (Mandate.given_at.is_not(None), 1), else_=0)
    return db.session.scalars(
        _whole()
        .where(Mandate.territory_id == territory_id)
        .order_by(over, Mandate.ends_at.desc(), Mandate.prepared_at.desc())
    ).all()


def mandates_naming(person_id: UUID | None) -> Sequence[MandatePerson]:
    """The signed mandates that name a person, or named them, the last to end first."""
    return db.session.scalars(
        select(MandatePerson)
        .join(MandatePerson.mandate)
        .options(
            contains_eager(MandatePerson.mandate).options(
                joinedload(Mandate.territory), joinedload(Mandate.consultation)
            )
        )
        .where(MandatePerson.person_id == person_id, Mandate.given_at.is_not(None))
        .order_by(Mandate.ends_at.desc(), Mandate.id)
    ).all()


def named(mandate_id: UUID, person_id: UUID | None) -> MandatePerson | None:
    """What names a person in a mandate, with them and its territory, once it is signed."""
    return db.session.scalar(
        select(MandatePerson)
        .join(MandatePerson.mandate)
        .options(
            joinedload(MandatePerson.person),
            contains_eager(MandatePerson.mandate).joinedload(Mandate.territory),
        )
        .where(
            MandatePerson.mandate_id == mandate_id,
            MandatePerson.person_id == person_id,
            Mandate.given_at.is_not(None),
        )
    )


def members_among(
    addresses: Collection[str], territory_id: UUID, instant: datetime, *, contested: bool = False
) -> set[str]:
    """The addresses, of some, of current members of a territory, or contested ones if asked."""
    belongs = is_current(instant)
    if contested:
        belongs |= and_(Membership.contested_at.is_not(None), Membership.ended_at.is_(None))
    return set(
        db.session.scalars(
            select(Person.email)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Person.email.in_(addresses),
                Membership.territory_id == territory_id,
                belongs,
            )
        )
    )


def territory_named(name: str) -> Territory | None:
    """A territory of the registry that bears a name, with or without what it is before it."""
    key = search_key(name)
    body, _place = body_and_place(key)
    kinds = [TerritoryKind.EPCI] if body is None else [TerritoryKind.EPCI, body.kind]
    alike = [
        and_(Territory.kind == kind, Territory.place_key == place_key(key, kind)) for kind in kinds
    ]
    return db.session.scalars(
        select(Territory)
        .where(or_(Territory.name_key == key, *alike), Territory.ended_on.is_(None))
        .limit(1)
    ).one_or_none()
