"""The powers an act may ask for, each with the sentence told to whoever lacks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.errors import N_
from app.gate.actors import Context, Level, Role, TerritoryLike

Holds = Callable[[Context, Any], bool]


@dataclass(frozen=True)
class Requirement:
    """A power, and the sentence told to whoever lacks it."""

    holds: Holds
    sentence: str
    way_out: str = ""


def _signed_in(ctx: Context, _subject: object) -> bool:
    return ctx.actor.person_id is not None


def _member(ctx: Context, territory: TerritoryLike) -> bool:
    return ctx.actor.membership_of(territory.id, ctx.instant) is not None


def _may_commit(ctx: Context, territory: TerritoryLike) -> bool:
    # A partner takes part, and never commits a collectivity.
    membership = ctx.actor.membership_of(territory.id, ctx.instant)
    committing = membership is not None and membership.level >= Level.MAY_COMMIT
    return committing and not ctx.actor.organisation


def _referent(ctx: Context, territory: TerritoryLike) -> bool:
    membership = ctx.actor.membership_of(territory.id, ctx.instant)
    return membership is not None and membership.referent and _may_commit(ctx, territory)


class _Personal(Protocol):
    @property
    def person_id(self) -> UUID: ...


def _oneself(ctx: Context, subject: _Personal) -> bool:
    return ctx.actor.person_id is not None and subject.person_id == ctx.actor.person_id


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


def _copil(ctx: Context, _subject: object) -> bool:
    return ctx.consultation_id is not None and ctx.actor.is_appointed(
        Role.COPIL, ctx.consultation_id
    )


def _committee(ctx: Context, _subject: object) -> bool:
    return _copil(ctx, None) or _moderator(ctx, None)


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
referent = Requirement(
    _referent,
    N_("Il faut être une personne référente de cette collectivité pour %(act)s."),
    N_("« Ma collectivité » dit qui l’est."),
)
oneself = Requirement(_oneself, N_("Seule la personne concernée peut %(act)s."))
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
copil = Requirement(_copil, N_("Seuls les membres du comité de sélection peuvent %(act)s."))
committee = Requirement(
    _committee,
    N_("Seuls les membres du comité de sélection et l’équipe de modération peuvent %(act)s."),
)
