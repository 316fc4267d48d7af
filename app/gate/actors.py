"""Who acts: a person with their frozen powers, at an instant, under a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol
from uuid import UUID

from app.errors import N_
from app.phases import Calendar


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


@dataclass(frozen=True)
class Membership:
    """A person's belonging to a territory; a contested one stands no longer until it is decided.

    `referent` says whether the person answers for who else belongs to it.
    """

    territory_id: UUID
    level: Level
    expires_at: datetime | None = None
    referent: bool = False
    contested: bool = False

    def stands(self, instant: datetime) -> bool:
        return not self.contested and (self.expires_at is None or instant < self.expires_at)


@dataclass(frozen=True)
class Appointment:
    """A standing appointment: to every consultation when none is named."""

    role: Role
    consultation_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """The person who acts, with the powers they hold; nobody signed in when `person_id` is None.

    `organisation` is true when the person works for a body that is not a territory.
    """

    person_id: UUID | None = None
    profile_complete: bool = False
    organisation: bool = False
    memberships: tuple[Membership, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    def membership_of(self, territory_id: UUID, instant: datetime) -> Membership | None:
        return next(
            (m for m in self.memberships if m.territory_id == territory_id and m.stands(instant)),
            None,
        )

    def is_appointed(self, role: Role, consultation_id: UUID | None) -> bool:
        return any(
            a.role is role and a.consultation_id in (None, consultation_id)
            for a in self.appointments
        )


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
