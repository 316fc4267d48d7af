"""The people of the demonstration: the agency's, the authors, those who commit a collectivity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select, tuple_

from app import clock
from app.context import actor_for
from app.db import db
from app.gate import NOBODY, Actor, Context, Level, Role, TerritoryKind
from app.identity.models import Person, Profile
from app.identity.operations import (
    appoint,
    appoint_first_administrator,
    complete_profile,
    person_at,
)
from app.phases import Calendar
from app.seeds.corpus import Author, Place
from app.territories.models import Capacity, Territory
from app.territories.operations import grant_membership, request_membership

DOMAIN = "exemple.fr"
ADMINISTRATOR = f"administration@{DOMAIN}"
MODERATOR = f"moderation@{DOMAIN}"

_VILLAGE = (TerritoryKind.COMMUNE, "63332")
_DEPARTEMENT = (TerritoryKind.DEPARTEMENT, "40")
_CLERK = Author(Profile.AGENT, "secrétaire de mairie", _VILLAGE, "")
_MAYOR = Author(Profile.ELECTED, "maire", _VILLAGE, "")
_VICE_PRESIDENT = Author(Profile.ELECTED, "vice-présidente aux solidarités", _DEPARTEMENT, "")

# The authors one can sign in as: the first part of their address, and their name.
KNOWN: Mapping[Author, tuple[str, str]] = {
    _CLERK: ("secretaire", "Sylvie Exemple"),
    _MAYOR: ("maire", "Jean-Marc Exemple"),
    _VICE_PRESIDENT: ("departement", "Nadia Exemple"),
}


@dataclass
class Cast:
    """Who plays: people by what they are, and territories by their official codes."""

    administrator: Person
    moderator: Person
    territories: Mapping[Place, Territory]
    authors: dict[Author, Person] = field(default_factory=dict)
    committing: dict[Place, Person] = field(default_factory=dict)
    _actors: dict[UUID, Actor] = field(default_factory=dict)

    def acting(self, person: Person, calendar: Calendar | None = None) -> Context:
        """The context of someone's act now; their powers are read once for the whole replay."""
        if person.id not in self._actors:
            self._actors[person.id] = actor_for(person)
        return Context(self._actors[person.id], clock.now(), calendar)


def agency(places: Iterable[Place]) -> Cast:
    """Make the administrator and the moderator, and find the territories."""
    first = appoint_first_administrator(ADMINISTRATOR, ctx=Context(NOBODY, clock.now()))
    administrator = db.session.get_one(Person, first.person_id)
    _introduce(administrator, "Claire Démonstration", Profile.AGENT, "administratrice")
    ctx = Context(actor_for(administrator), clock.now())
    second = appoint(MODERATOR, Role.MODERATOR, ctx=ctx)
    moderator = db.session.get_one(Person, second.person_id)
    _introduce(moderator, "Karim Démonstration", Profile.AGENT, "chargé de consultation")
    return Cast(administrator, moderator, _territories(set(places)))


def invite_authors(cast: Cast, authors: Sequence[Author]) -> None:
    """Have each author sign in once, and belong to their territory."""
    for number, author in enumerate(dict.fromkeys(authors), start=1):
        address, name = KNOWN.get(author, (f"personne-{number:03d}", f"Personne {number:03d}"))
        person = _person(f"{address}@{DOMAIN}")
        _introduce(person, name, author.profile, author.function, author.organisation)
        cast.authors[author] = person
        if author.place is not None:
            _belong(cast, person, author.place)


def invite_committing(cast: Cast, places: Iterable[Place]) -> None:
    """Give someone who may commit it to each collectivity that supports and has no author."""
    missing = [place for place in dict.fromkeys(places) if place not in cast.committing]
    for number, place in enumerate(missing, start=1):
        person = _person(f"soutien-{number:03d}@{DOMAIN}")
        function = "maire" if place[0] is TerritoryKind.COMMUNE else "vice-présidente"
        _introduce(person, f"Soutien {number:03d}", Profile.ELECTED, function)
        _belong(cast, person, place)


def _person(email: str) -> Person:
    return person_at(email, ctx=Context(NOBODY, clock.now()))


def _belong(cast: Cast, person: Person, place: Place) -> None:
    capacity = Capacity.ELECTED if person.profile is Profile.ELECTED else Capacity.AGENT
    membership = request_membership(
        cast.territories[place], capacity=capacity, ctx=_newcomer(person)
    )
    membership.territory, membership.person = cast.territories[place], person
    grant_membership(
        membership, level=Level.MAY_COMMIT, evidence="Appel à la collectivité (démonstration).",
        ctx=cast.acting(cast.moderator),
    )  # fmt: skip
    cast.committing.setdefault(place, person)


def _introduce(
    person: Person, full_name: str, profile: Profile, function: str, organisation: str = ""
) -> None:
    complete_profile(
        person, full_name=full_name, profile=profile, function=function,
        organisation=organisation, ctx=_newcomer(person),
    )  # fmt: skip


def _newcomer(person: Person) -> Context:
    """Someone signed in who holds no power yet."""
    return Context(replace(NOBODY, person_id=person.id), clock.now())


def _territories(places: set[Place]) -> dict[Place, Territory]:
    found = db.session.scalars(
        select(Territory).where(tuple_(Territory.kind, Territory.code).in_(list(places)))
    )
    by_place = {(territory.kind, territory.code): territory for territory in found}
    if lost := places - by_place.keys():
        raise LookupError(f"the registry lacks {sorted(lost)}")
    return by_place
