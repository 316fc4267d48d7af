"""Who acts: a person with their frozen powers, at an instant, under a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from app.errors import N_
from app.phases import Calendar, PublicationKind


class TerritoryKind(StrEnum):
    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    SPECIAL = "special"
    SYNDICAT = "syndicat"


class Level(IntEnum):
    """What a membership allows: to take part, or to commit the territory."""

    MEMBER = 1
    MAY_COMMIT = 2


class Role(StrEnum):
    """What a person is appointed to."""

    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    COPIL = "copil"
    PREFECTURE = "prefecture"


class Action(StrEnum):
    """What a mandate may let a helper do in a territory's name."""

    DRAFT = "draft"
    SUBMIT = "submit"
    SUPPORT = "support"
    AMI = "ami"


@dataclass(frozen=True)
class Membership:
    """A person's belonging to a territory; a contested one stands no longer until it is decided.

    `referent` says whether the person answers for who else belongs to it. `via` is the helper
    structure of a right: none here.
    """

    id: UUID
    territory_id: UUID
    level: Level
    expires_at: datetime | None = None
    referent: bool = False
    contested: bool = False
    via: ClassVar[str] = ""

    def stands(self, instant: datetime) -> bool:
        return not self.contested and (self.expires_at is None or instant < self.expires_at)

    def undoes(self, _other: MandateLike | None) -> bool:
        """In one's own right, one goes back on whatever was done for the territory."""
        return True


class MandateLike(Protocol):
    """What tells the helper structure of a mandate: its number in the registry, or its name."""

    @property
    def helper(self) -> str: ...
    @property
    def helper_id(self) -> UUID | None: ...


@dataclass(frozen=True)
class Mandate:
    """A territory lets a person of a helper structure act for it: some actions, for some time.

    `helper` is the structure's name; when it is a territory of the registry, `helper_id` is its
    number, and the person must belong to it still. A contested one stands no longer until decided.
    """

    id: UUID
    territory_id: UUID
    consultation_id: UUID
    actions: frozenset[Action]
    starts_at: datetime
    ends_at: datetime
    helper: str
    helper_id: UUID | None = None
    contested: bool = False

    def stands(self, instant: datetime) -> bool:
        return not self.contested and self.starts_at <= instant < self.ends_at

    @property
    def via(self) -> str:
        return self.helper

    def allows(self, action: Action) -> bool:
        """Whether it names an action; who may deposit may prepare what they deposit."""
        prepares = action is Action.DRAFT and Action.SUBMIT in self.actions
        return prepares or action in self.actions

    def undoes(self, other: MandateLike | None) -> bool:
        """Whether what was done by another mandate, or in one's own right, may be undone by it.

        A helper undoes what their own structure did, and nothing else.
        """
        if other is None:
            return False
        if self.helper_id or other.helper_id:
            return self.helper_id == other.helper_id
        return self.helper == other.helper


# What an act for a territory relies on.
Right = Membership | Mandate


@dataclass(frozen=True)
class Appointment:
    """A standing appointment: to every consultation when none is named.

    `departement_code` is the one a prefecture reader reads; the other roles name none.
    """

    role: Role
    consultation_id: UUID | None = None
    departement_code: str = ""


@dataclass(frozen=True)
class Actor:
    """The person who acts, with the powers they hold; nobody signed in when `person_id` is None.

    `organisation` is true when the person works for a body that is not a territory.
    """

    person_id: UUID | None = None
    profile_complete: bool = False
    organisation: bool = False
    memberships: tuple[Membership, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    def membership_of(self, territory_id: UUID, instant: datetime) -> Membership | None:
        return next(
            (m for m in self.memberships if m.territory_id == territory_id and m.stands(instant)),
            None,
        )

    def mandate_for(
        self, territory_id: UUID, action: Action, consultation_id: UUID | None, instant: datetime
    ) -> Mandate | None:
        """The mandate by which the person may do an action for a territory they are not of.

        None while they are contested there: they must not come back by this door.
        """
        if any(m.territory_id == territory_id and m.contested for m in self.memberships):
            return None
        return next(
            (
                mandate
                for mandate in self.mandates
                if mandate.territory_id == territory_id
                and mandate.consultation_id == consultation_id
                and mandate.allows(action)
                and mandate.stands(instant)
                and (
                    mandate.helper_id is None
                    or self.membership_of(mandate.helper_id, instant) is not None
                )
            ),
            None,
        )

    def is_appointed(self, role: Role, consultation_id: UUID | None) -> bool:
        return any(
            a.role is role and a.consultation_id in (None, consultation_id)
            for a in self.appointments
        )

    def departements_read(self, consultation_id: UUID | None) -> tuple[str, ...]:
        """The codes of the départements the person reads for a prefecture, in order."""
        codes = {
            a.departement_code
            for a in self.appointments
            if a.role is Role.PREFECTURE and a.consultation_id in (None, consultation_id)
        }
        return tuple(sorted(codes))


NOBODY = Actor()


@dataclass(frozen=True)
class Context:
    """Who acts, at which instant, under which calendar; None outside a consultation.

    `window_version` is that of the window the act entered, for an act of a phase. `stepped_up`
    says whether the person lately confirmed, in this browser, that it is them (level S).
    """

    actor: Actor
    instant: datetime
    calendar: Calendar | None = None
    window_version: int | None = None
    stepped_up: bool = False

    @property
    def consultation_id(self) -> UUID | None:
        return self.calendar.consultation_id if self.calendar else None

    def is_published(self, kind: PublicationKind) -> bool:
        """Whether what the consultation prepared in private is public by now."""
        return self.calendar is not None and self.calendar.published_at(kind) is not None


KIND_PLURALS = {
    TerritoryKind.COMMUNE: N_("les communes"),
    TerritoryKind.EPCI: N_("les intercommunalités"),
    TerritoryKind.DEPARTEMENT: N_("les départements"),
    TerritoryKind.REGION: N_("les régions"),
    TerritoryKind.SPECIAL: N_("les collectivités à statut particulier"),
    TerritoryKind.SYNDICAT: N_("les syndicats"),
}


class TerritoryLike(Protocol):
    """What the gate needs to know of a territory."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> TerritoryKind: ...
    @property
    def ended_on(self) -> date | None: ...
