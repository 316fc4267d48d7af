"""Who may do what, and when: the only place that knows.

A `Verb` is a line of a table read aloud: its name, what it is in French, the power it asks for, the
phase it belongs to, and whether the consultation's rules restrict it by kind of territory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol
from uuid import UUID

from app.errors import N_, DomainError, NotAllowed, PhaseClosed
from app.phases import Calendar, Phase


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


@dataclass(frozen=True)
class Membership:
    """A person's standing belonging to a territory."""

    territory_id: UUID
    level: Level
    expires_at: datetime | None = None

    def stands(self, instant: datetime) -> bool:
        return self.expires_at is None or instant < self.expires_at


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

    `window_version` is that of the window the act entered, for an act of a phase.
    """

    actor: Actor
    instant: datetime
    calendar: Calendar | None = None
    window_version: int | None = None

    @property
    def consultation_id(self) -> UUID | None:
        return self.calendar.consultation_id if self.calendar else None


class TerritoryLike(Protocol):
    """What the gate needs to know of a territory."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> TerritoryKind: ...


Holds = Callable[[Context, Any], bool]


@dataclass(frozen=True)
class Requirement:
    """A power, and the sentence told to whoever lacks it."""

    holds: Holds
    sentence: str
    way_out: str = ""


@dataclass(frozen=True)
class Verb:
    """An act: `requires` is asked of the actor about the subject, `phase` of the calendar.

    `after` names a phase that must be over. With `by_kind`, the consultation's rules say which
    kinds of territory may do it.
    """

    name: str
    phrase: str
    requires: Requirement
    phase: Phase | None = None
    after: Phase | None = None
    by_kind: bool = False


def _signed_in(ctx: Context, _subject: object) -> bool:
    return ctx.actor.person_id is not None


def _member(ctx: Context, territory: TerritoryLike) -> bool:
    return ctx.actor.membership_of(territory.id, ctx.instant) is not None


def _may_commit(ctx: Context, territory: TerritoryLike) -> bool:
    membership = ctx.actor.membership_of(territory.id, ctx.instant)
    return membership is not None and membership.level >= Level.MAY_COMMIT


def _contributor(ctx: Context, territory: TerritoryLike | None) -> bool:
    if territory is None:
        return _signed_in(ctx, None) and ctx.actor.organisation
    return _member(ctx, territory)


class _Authored(Protocol):
    @property
    def author_id(self) -> UUID | None: ...


def _author(ctx: Context, subject: _Authored) -> bool:
    return ctx.actor.person_id is not None and subject.author_id == ctx.actor.person_id


def _moderator(ctx: Context, _subject: object) -> bool:
    return ctx.actor.is_appointed(Role.MODERATOR, ctx.consultation_id)


def _administrator(ctx: Context, _subject: object) -> bool:
    return ctx.actor.is_appointed(Role.ADMINISTRATOR, None)


signed_in = Requirement(_signed_in, N_("Il faut être connecté pour %(act)s."))
member = Requirement(
    _member,
    N_("Il faut être rattaché à cette collectivité pour %(act)s."),
    N_("Demandez votre rattachement depuis « Mon compte »."),
)
may_commit = Requirement(
    _may_commit,
    N_("Il faut être habilité à engager la collectivité pour %(act)s."),
    N_("Demandez votre rattachement, ou l’habilitation, depuis « Mon compte »."),
)
contributor = Requirement(
    _contributor,
    N_("Il faut être rattaché à un territoire, ou travailler pour un partenaire, pour %(act)s."),
    N_("Complétez votre profil ou demandez votre rattachement depuis « Mon compte »."),
)
author = Requirement(_author, N_("Seule la personne qui a déposé la contribution peut %(act)s."))
moderator = Requirement(_moderator, N_("Seule l’équipe de modération peut %(act)s."))
administrator = Requirement(
    _administrator, N_("Seule l’administration de la plateforme peut %(act)s.")
)

# Identity and territories
REQUEST_MEMBERSHIP = Verb("membership:request", N_("demander un rattachement"), signed_in)
GRANT_MEMBERSHIP = Verb("membership:grant", N_("accorder ou refuser un rattachement"), moderator)
APPOINT = Verb("person:appoint", N_("nommer une personne"), administrator)

# Calendar
OPEN_CONSULTATION = Verb("consultation:open", N_("ouvrir une consultation"), administrator)
AMEND_WINDOW = Verb("window:amend", N_("modifier le calendrier"), administrator)

# Contributions
DRAFT = Verb("contribution:draft", N_("préparer une contribution"), signed_in)
SUBMIT = Verb(
    "contribution:submit", N_("déposer une contribution"), contributor, Phase.COLLECTION,
    by_kind=True,
)  # fmt: skip
EDIT = Verb("contribution:edit", N_("modifier cette contribution"), author, Phase.COLLECTION)
WITHDRAW = Verb("contribution:withdraw", N_("retirer cette contribution"), author, Phase.COLLECTION)
IMPORT = Verb("contribution:import", N_("importer des contributions"), moderator)

# Triage and proposals
TRIAGE = Verb("contribution:triage", N_("trier les contributions"), moderator,
              after=Phase.COLLECTION)  # fmt: skip
WRITE_PROPOSAL = Verb("proposal:write", N_("rédiger une proposition"), moderator)
WRITE_SCHEME = Verb("scheme:write", N_("décrire un dispositif"), moderator)
PUBLISH = Verb("proposals:publish", N_("publier les propositions"), moderator,
               after=Phase.COLLECTION)  # fmt: skip

# Supports
SUPPORT = Verb(
    "proposal:support", N_("soutenir une proposition"), may_commit, Phase.SUPPORT, by_kind=True
)
WITHDRAW_SUPPORT = Verb("support:withdraw", N_("retirer un soutien"), may_commit, Phase.SUPPORT)

# Not a verb of this release, but a rule a consultation states from the start.
RULED_BY_KIND = (SUBMIT.name, SUPPORT.name, "ami:refer", "ami:join")

KIND_PLURALS = {
    TerritoryKind.COMMUNE: N_("les communes"),
    TerritoryKind.EPCI: N_("les intercommunalités"),
    TerritoryKind.DEPARTEMENT: N_("les départements"),
    TerritoryKind.REGION: N_("les régions"),
    TerritoryKind.SPECIAL: N_("les collectivités à statut particulier"),
    TerritoryKind.SYNDICAT: N_("les syndicats"),
}


def refusal(ctx: Context, verb: Verb, subject: object = None) -> DomainError | None:
    """Why the actor may not do this to the subject at this instant, or None when they may."""
    if not verb.requires.holds(ctx, subject):
        return NotAllowed(verb.requires.sentence, way_out=verb.requires.way_out, act=verb.phrase)
    if verb.phase is not None and (closed := _closed(ctx, verb.phase)):
        return closed
    if verb.after is not None and not _over(ctx, verb.after):
        return PhaseClosed(
            N_("On ne peut %(act)s qu’après la clôture de la phase « %(phase)s »."),
            act=verb.phrase, phase=verb.after.label,
        )  # fmt: skip
    if verb.by_kind and subject is not None:
        return _refused_kind(ctx, verb, subject)
    return None


def allows(ctx: Context, verb: Verb, subject: object = None) -> bool:
    """Whether the actor may do this: asked before showing a button."""
    return refusal(ctx, verb, subject) is None


def check(ctx: Context, verb: Verb, subject: object = None) -> None:
    """Let the act through, or raise the one refusal that applies (NotAllowed, PhaseClosed)."""
    if refused := refusal(ctx, verb, subject):
        raise refused


def _closed(ctx: Context, phase: Phase) -> PhaseClosed | None:
    window = ctx.calendar.window(phase) if ctx.calendar else None
    if window is None:
        message = N_("La phase « %(phase)s » n’a pas encore de dates.")
    elif window.is_to_come(ctx.instant):
        message = N_("La phase « %(phase)s » ouvrira le %(opens_at)s.")
    elif window.is_past(ctx.instant):
        message = N_("La phase « %(phase)s » est close depuis le %(closes_at)s.")
    else:
        return None
    return PhaseClosed(
        message,
        way_out=N_("Le calendrier de la consultation donne les dates de chaque phase."),
        phase=phase.label,
        opens_at=window.opens_at if window else None,
        closes_at=window.closes_at if window else None,
    )


def _over(ctx: Context, phase: Phase) -> bool:
    return ctx.calendar is not None and ctx.calendar.is_past(phase, ctx.instant)


def _refused_kind(ctx: Context, verb: Verb, territory: Any) -> NotAllowed | None:
    allowed = ctx.calendar.kinds_allowed(verb.name) if ctx.calendar else frozenset()
    if territory.kind in allowed:
        return None
    return NotAllowed(
        N_("Dans cette consultation, %(kind)s ne peuvent pas %(act)s."),
        way_out=N_("Les règles de la consultation disent qui peut faire quoi."),
        kind=KIND_PLURALS[territory.kind],
        act=verb.phrase,
    )
