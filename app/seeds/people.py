"""The people of the demonstration: the agency's, the authors, those who commit a collectivity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select, tuple_

from app import clock
from app.authority.mailboxes.models import Mailbox
from app.authority.mailboxes.queries import mailbox_of
from app.authority.memberships.invitations.operations import accept_invitation, invite
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.operations import grant_membership, request_membership
from app.authority.memberships.queries import membership as read_membership
from app.authority.memberships.rules import BY_MAIL
from app.authority.powers.queries import actor_for
from app.calendar.models import Consultation
from app.context import context_for
from app.db import db
from app.gate.actors import NOBODY, Actor, Context, Level, Role, TerritoryKind
from app.gate.refusals import allows
from app.gate.verbs import INVITE_MEMBER
from app.identity.appointments.operations import appoint, appoint_first_administrator
from app.identity.models import Person, Profile
from app.identity.operations import complete_profile, person_at
from app.identity.queries import current_appointments
from app.phases import Calendar
from app.seeds import authenticators, corpus
from app.seeds.corpus import Author, Place
from app.seeds.progress import Report, counted
from app.territories.models import Territory

DOMAIN = "exemple.fr"
ADMINISTRATOR = f"administration@{DOMAIN}"
MODERATOR = f"moderation@{DOMAIN}"
SECOND_MODERATOR = f"confirmation@{DOMAIN}"
CHAIR = f"comite@{DOMAIN}"
PREFECTURE = f"prefecture@{DOMAIN}"
HELPER = f"syndicat@{DOMAIN}"
SYNDICAT = "Syndicat numérique d’exemple"
CLERK = f"secretaire@{DOMAIN}"
MAYOR = f"maire@{DOMAIN}"
REFERENT = f"referent@{DOMAIN}"
VICE_PRESIDENT = f"departement@{DOMAIN}"

# The département whose contributions the prefecture reads: half of them are reoriented.
DEPARTEMENT_READ = "60"

_VILLAGE = (TerritoryKind.COMMUNE, "63332")
_DEPARTEMENT = (TerritoryKind.DEPARTEMENT, "40")
_REFERENT_TOWN = (TerritoryKind.COMMUNE, "35274")

# The authors one can sign in as: their address, and their name.
KNOWN: Mapping[Author, tuple[str, str]] = {
    Author(Profile.AGENT, "secrétaire de mairie", _VILLAGE, ""): (CLERK, "Sylvie Exemple"),
    Author(Profile.ELECTED, "maire", _VILLAGE, ""): (MAYOR, "Jean-Marc Exemple"),
    Author(Profile.ELECTED, "maire", _REFERENT_TOWN, ""): (REFERENT, "Hélène Exemple"),
    Author(Profile.ELECTED, "vice-présidente aux solidarités", _DEPARTEMENT, ""): (
        VICE_PRESIDENT,
        "Nadia Exemple",
    ),
}


@dataclass
class Cast:
    """Who plays: people by what they are, and territories by their official codes."""

    administrator: Person
    moderator: Person
    second_moderator: Person
    helper: Person
    territories: Mapping[Place, Territory]
    chair: Person | None = None
    authors: dict[Author, Person] = field(default_factory=dict)
    committing: dict[Place, Person] = field(default_factory=dict)
    helping: dict[Place, Person] = field(default_factory=dict)
    invited: int = 0
    _appointed: dict[UUID, Actor] = field(default_factory=dict)

    def acting(self, person: Person | None, calendar: Calendar | None = None) -> Context:
        """The context of someone's act now.

        The right to act for a territory is read by the act itself, as it enters its phase.
        """
        assert person is not None
        actor = self._appointed.get(person.id) or replace(
            NOBODY,
            person_id=person.id,
            profile_complete=person.profile_complete,
            organisation=bool(person.organisation),
        )
        return Context(actor, clock.now(), calendar, stepped_up=True)

    def supporting(self, place: Place) -> Person:
        """Who gives a collectivity's supports: the helper it gave a mandate, else its own."""
        return self.helping.get(place) or self.committing[place]

    def appointed(self, person: Person) -> None:
        """Give someone, for the rest of the replay, the powers they now have."""
        self._appointed[person.id] = actor_for(person)


def agency(places: Iterable[Place]) -> Cast:
    """Make the administrator, the moderators and the prefecture; find the territories."""
    administrator = _administrator()
    _introduce(administrator, "Claire Démonstration", Profile.AGENT, "administratrice")
    moderator = _moderator(
        MODERATOR, "Karim Démonstration", "chargé de consultation", administrator
    )
    second_moderator = _moderator(
        SECOND_MODERATOR, "Inès Démonstration", "chargée de consultation", administrator
    )
    reader = _prefecture_reader(administrator)
    cast = Cast(administrator, moderator, second_moderator, _helper(), _territories(set(places)))
    cast.appointed(administrator)
    cast.appointed(moderator)
    cast.appointed(second_moderator)
    for person in (administrator, moderator, second_moderator, reader):
        authenticators.equip(person)
    return cast


def _administrator() -> Person:
    """The administrator, appointed by whoever administers the base already, if anyone does."""
    current = [each for each in current_appointments() if each.role is Role.ADMINISTRATOR]
    own = next((each for each in current if each.person.email == ADMINISTRATOR), None)
    if own is None and current:
        ctx = context_for(current[0].person)
        own = appoint(ADMINISTRATOR, Role.ADMINISTRATOR, ctx=ctx)
    elif own is None:
        own = appoint_first_administrator(ADMINISTRATOR, ctx=Context(NOBODY, clock.now()))
    return db.session.get_one(Person, own.person_id)


def _moderator(email: str, name: str, function: str, administrator: Person) -> Person:
    appointed = appoint(email, Role.MODERATOR, ctx=context_for(administrator))
    person = db.session.get_one(Person, appointed.person_id)
    _introduce(person, name, Profile.AGENT, function)
    return person


def _prefecture_reader(administrator: Person) -> Person:
    appointed = appoint(
        PREFECTURE,
        Role.PREFECTURE,
        departement_code=DEPARTEMENT_READ,
        ctx=context_for(administrator),
    )
    person = db.session.get_one(Person, appointed.person_id)
    _introduce(
        person,
        "Malika Démonstration",
        Profile.PARTNER,
        "chargée de mission numérique",
        "préfecture de l’Oise",
    )
    return person


def _helper() -> Person:
    """Someone of a structure that helps communes, who has no power before their mandates."""
    person = _person(HELPER)
    _introduce(person, "Aline Exemple", Profile.PARTNER, "conseillère numérique", SYNDICAT)
    return person


def seat_committee(cast: Cast, consultation: Consultation) -> None:
    """Have each organisation's member sign in once and sit; the first of them takes the chair."""
    ctx = context_for(cast.administrator, consultation)
    for member in corpus.committee():
        seated = appoint(
            f"{member.address}@{DOMAIN}",
            Role.COPIL,
            organisation=member.organisation,
            consultation_id=consultation.id,
            ctx=ctx,
        )
        person = db.session.get_one(Person, seated.person_id)
        _introduce(person, member.name, Profile.PARTNER, member.function, member.organisation)
        authenticators.equip(person)
        cast.chair = cast.chair or person
    assert cast.chair is not None
    cast.appointed(cast.chair)


def invite_authors(cast: Cast, authors: Iterable[Author], report: Report) -> None:
    """Have each author sign in once, and belong to their territory."""
    for rank, author in counted(list(dict.fromkeys(authors)), "people", report):
        anyone = f"personne-{rank + 1:03d}@{DOMAIN}", f"Personne {rank + 1:03d}"
        address, name = KNOWN.get(author, anyone)
        person = _person(address)
        _introduce(person, name, author.profile, author.function, author.organisation)
        cast.authors[author] = person
        if author.place is not None:
            _belong(cast, person, author.place)


def invite_committing(cast: Cast, places: Iterable[Place]) -> None:
    """Give someone who may commit it to each of these collectivities where nobody does."""
    missing = [place for place in dict.fromkeys(places) if place not in cast.committing]
    for number, place in enumerate(missing, start=cast.invited + 1):
        person = _person(f"soutien-{number:03d}@{DOMAIN}")
        function = "maire" if place[0] is TerritoryKind.COMMUNE else "vice-présidente"
        _introduce(person, f"Soutien {number:03d}", Profile.ELECTED, function)
        _belong(cast, person, place)
    cast.invited += len(missing)


def _person(email: str) -> Person:
    return person_at(email, ctx=Context(NOBODY, clock.now()))


def _belong(cast: Cast, person: Person, place: Place) -> None:
    """The first has the official mailbox, and is referent; the first invites the next.

    Whoever belongs to it since an earlier replay does still; where others hold the place, the two
    moderators vouch.
    """
    territory = cast.territories[place]
    first = cast.committing.setdefault(place, person)
    if _commits(person, territory):
        return
    if first is person:
        _give_mailbox(territory, person)
        _ask(person, territory)
    elif allows(context_for(first), INVITE_MEMBER, territory):
        invitation = invite(
            territory, email=person.email, level=Level.MAY_COMMIT, ctx=cast.acting(first)
        )
        invitation.territory = territory
        accept_invitation(invitation, ctx=_newcomer(person))
    if not _commits(person, territory):
        _vouch_for(cast, person, territory)


def _commits(person: Person, territory: Territory) -> bool:
    membership = actor_for(person).membership_of(territory.id, clock.now())
    return membership is not None and membership.level >= Level.MAY_COMMIT


def _ask(person: Person, territory: Territory) -> Membership:
    capacity = Capacity.ELECTED if person.profile is Profile.ELECTED else Capacity.AGENT
    return request_membership(territory, capacity=capacity, proved=BY_MAIL, ctx=_newcomer(person))


def _vouch_for(cast: Cast, person: Person, territory: Territory) -> None:
    asked = read_membership(_ask(person, territory).id)
    assert asked is not None
    for moderator in (cast.moderator, cast.second_moderator):
        grant_membership(
            asked, level=Level.MAY_COMMIT, evidence="démonstration", ctx=cast.acting(moderator)
        )


def _give_mailbox(territory: Territory, person: Person) -> None:
    """A fictitious official mailbox, unless it has one: the person's own, which sends to nobody."""
    if mailbox_of(territory.id) is not None:
        return
    mailbox = Mailbox(
        territory_id=territory.id,
        address=person.email,
        domain=DOMAIN,
        website="",
        siret="",
        previous="",
        imported_at=clock.now(),
    )
    db.session.add(mailbox)


def _introduce(
    person: Person, full_name: str, profile: Profile, function: str, organisation: str = ""
) -> None:
    complete_profile(
        person,
        full_name=full_name,
        profile=profile,
        function=function,
        organisation=organisation,
        ctx=_newcomer(person),
    )


def _newcomer(person: Person) -> Context:
    """Someone signed in who has no power yet."""
    return Context(replace(NOBODY, person_id=person.id), clock.now())


def _territories(places: set[Place]) -> dict[Place, Territory]:
    found = db.session.scalars(
        select(Territory).where(tuple_(Territory.kind, Territory.code).in_(list(places)))
    )
    by_place = {(territory.kind, territory.code): territory for territory in found}
    if lost := places - by_place.keys():
        raise LookupError(f"the registry lacks {sorted(lost)}")
    return by_place
