"""The powers an act may ask for, each with the sentence shown to whoever lacks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.errors import N_
from app.gate.actors import Action, Context, Level, Role, TerritoryLike

Condition = Callable[[Context, Any], bool]


@dataclass(frozen=True)
class Requirement:
    """A power, how it is met, and the sentence shown to whoever lacks it."""

    met_by: Condition
    sentence: str
    way_out: str = ""


def _anyone(_ctx: Context, _subject: object) -> bool:
    return True


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


def _drafter(ctx: Context, territory: TerritoryLike | None) -> bool:
    if territory is None:
        return _signed_in(ctx, None)
    return _member(ctx, territory)


class _Authored(Protocol):
    @property
    def author_id(self) -> UUID | None: ...
    @property
    def spoken_for(self) -> UUID | None: ...
    @property
    def is_shared(self) -> bool: ...
    @property
    def mandate(self) -> object | None: ...


def _author(ctx: Context, subject: _Authored) -> bool:
    """Its author, who may still speak for its territory; any member, when a helper deposited it."""
    place = subject.spoken_for
    wrote = ctx.actor.person_id is not None and subject.author_id == ctx.actor.person_id
    if place is None:
        return wrote
    if ctx.actor.membership_of(place, ctx.instant):
        return wrote or subject.mandate is not None
    mandate = ctx.actor.mandate_for(place, Action.SUBMIT, ctx.consultation_id, ctx.instant)
    return wrote and mandate is not None


def _draft_writer(ctx: Context, draft: _Authored) -> bool:
    """Its author; any member of its territory too, when it is shared with them."""
    wrote = ctx.actor.person_id is not None and draft.author_id == ctx.actor.person_id
    place = draft.spoken_for if draft.is_shared else None
    if place is None:
        return wrote
    if ctx.actor.membership_of(place, ctx.instant):
        return True
    mandate = ctx.actor.mandate_for(place, Action.DRAFT, ctx.consultation_id, ctx.instant)
    return wrote and mandate is not None


def _moderator(ctx: Context, _subject: object) -> bool:
    return ctx.actor.is_appointed(Role.MODERATOR, ctx.consultation_id)


def _platform_moderator(ctx: Context, _subject: object) -> bool:
    # Who belongs to a territory is the same in every consultation: none of them decides it alone.
    return ctx.actor.is_appointed(Role.MODERATOR, None)


def _copil(ctx: Context, _subject: object) -> bool:
    return ctx.consultation_id is not None and ctx.actor.is_appointed(
        Role.COPIL, ctx.consultation_id
    )


def _committee(ctx: Context, _subject: object) -> bool:
    return _copil(ctx, None) or _moderator(ctx, None)


def _prefecture(ctx: Context, departement_code: str) -> bool:
    return departement_code in ctx.actor.departements_read(ctx.consultation_id)


def _administrator(ctx: Context, _subject: object) -> bool:
    return ctx.actor.is_appointed(Role.ADMINISTRATOR, None)


anyone = Requirement(_anyone, N_("Tout le monde peut %(act)s."))
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
drafter = Requirement(
    _drafter,
    N_("Il faut être connecté, et rattaché au territoire au nom duquel on écrit, pour %(act)s."),
    N_("Demandez votre rattachement depuis « Mon compte »."),
)
draft_writer = Requirement(
    _draft_writer,
    N_("Seules la personne qui a préparé ce brouillon et la collectivité peuvent %(act)s."),
)
author = Requirement(
    _author,
    N_("Seule la personne qui a déposé la contribution peut %(act)s."),
    N_("Au nom d’un territoire, il faut aussi pouvoir encore agir pour lui."),
)
moderator = Requirement(_moderator, N_("Seule l’équipe de modération peut %(act)s."))
platform_moderator = Requirement(
    _platform_moderator,
    N_("Seule l’équipe de modération de la plateforme entière peut %(act)s."),
    N_("Nommée pour une seule consultation, une personne ne statue pas sur les rattachements."),
)
administrator = Requirement(
    _administrator, N_("Seule l’administration de la plateforme peut %(act)s.")
)
copil = Requirement(_copil, N_("Seuls les membres du comité de sélection peuvent %(act)s."))
committee = Requirement(
    _committee,
    N_("Seuls les membres du comité de sélection et l’équipe de modération peuvent %(act)s."),
)
prefecture = Requirement(_prefecture, N_("Seule la préfecture concernée peut %(act)s."))
