"""Why an act is refused: one refusal, one sentence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.errors import N_, DomainError, NotAllowed, NotFound, PhaseClosed, StepUpNeeded
from app.gate.actors import (
    KIND_PLURALS,
    Action,
    Context,
    Mandate,
    MandateLike,
    Right,
    TerritoryLike,
)
from app.gate.verb import Verb
from app.phases import Phase


def refusal(ctx: Context, verb: Verb, subject: object = None) -> DomainError | None:
    """Why the actor may not do this to the subject at this instant, or None when they may."""
    if not entitled(ctx, verb, subject):
        if _beyond_mandate(ctx, verb, subject):
            return NotAllowed(
                N_("Votre mandat ne permet pas de %(act)s au nom de cette collectivité."),
                way_out=N_("Elle seule peut vous en donner un autre."),
                act=verb.phrase,
            )
        return NotAllowed(verb.requires.sentence, way_out=verb.requires.way_out, act=verb.phrase)
    if verb.step_up and not ctx.stepped_up:
        return StepUpNeeded(
            N_("Il faut confirmer que c’est bien vous pour %(act)s."),
            way_out=N_("Ouvrez la page de confirmation, tapez votre code, puis recommencez."),
            act=verb.phrase,
        )
    if verb.phase is not None and (closed := _closed(ctx, verb.phase)):
        return closed
    if verb.after is not None and not _over(ctx, verb.after):
        return PhaseClosed(
            N_("On ne peut %(act)s qu’après la clôture de la phase « %(phase)s »."),
            act=verb.phrase,
            phase=verb.after.label,
        )
    if verb.by_kind and subject is not None:
        return _refused_kind(ctx, verb, subject)
    return None


def allows(ctx: Context, verb: Verb, subject: object = None) -> bool:
    """Whether the actor may do this: asked before showing a button."""
    return refusal(ctx, verb, subject) is None


def check(ctx: Context, verb: Verb, subject: object = None, *, within: UUID | None = None) -> None:
    """Let the act through, or raise the one refusal that applies (NotAllowed, PhaseClosed).

    `within` is the consultation of what is acted upon: NotFound when one acts in another.
    """
    if refused := refusal(ctx, verb, subject):
        raise refused
    if within not in (None, ctx.consultation_id):
        raise NotFound(N_("Ce que vous cherchez n’existe pas dans cette consultation."))


def entitled(ctx: Context, verb: Verb, subject: object = None) -> bool:
    """Whether the actor has the power, be it the moment or not, confirmed or not.

    For links, which lead to the confirmation; what is embargoed asks `privy`.
    """
    return verb.requires.met_by(ctx, subject) or _mandated(ctx, verb, subject) is not None


def relied_on(ctx: Context, verb: Verb, territory: TerritoryLike) -> Right | None:
    """The right an act relies on: the person's own when it suffices, else a mandate.

    None when they may not do it.
    """
    if verb.requires.met_by(ctx, territory):
        return ctx.actor.membership_of(territory.id, ctx.instant)
    return _mandated(ctx, verb, territory)


def undoing_refusal(right: Right | None, *, done_by: MandateLike | None) -> NotAllowed | None:
    """Why what was done may not be undone by a right, or None; in one's own right it always may.

    `done_by` is the mandate it was done by, if any: a helper undoes what their own structure did.
    """
    if right is None or right.undoes(done_by):
        return None
    return NotAllowed(
        N_("Votre structure ne revient que sur ce qu’elle a fait elle-même."),
        way_out=N_("La collectivité peut revenir elle-même sur ce qui a été fait en son nom."),
    )


def privy(ctx: Context, verb: Verb, subject: object = None) -> bool:
    """Whether the actor may see what the verb works on, be it the moment or not.

    They have the power, and have confirmed that it is them where the verb asks for a step-up.
    """
    return entitled(ctx, verb, subject) and (ctx.stepped_up or not verb.step_up)


def _mandated(ctx: Context, verb: Verb, subject: Any) -> Mandate | None:
    if verb.mandate is None or subject is None:
        return None
    return ctx.actor.mandate_for(subject.id, verb.mandate, ctx.consultation_id, ctx.instant)


def _beyond_mandate(ctx: Context, verb: Verb, subject: Any) -> bool:
    """Whether the actor's mandate of the territory is in force, for other actions only."""
    if verb.mandate is None or subject is None:
        return False
    mandate_for = ctx.actor.mandate_for
    return any(mandate_for(subject.id, each, ctx.consultation_id, ctx.instant) for each in Action)


def _closed(ctx: Context, phase: Phase) -> PhaseClosed | None:
    window = ctx.calendar.window(phase) if ctx.calendar else None
    if ctx.calendar is not None and not ctx.calendar.announced:
        message = N_("Cette consultation n’est pas encore annoncée : rien n’y est ouvert.")
    elif window is None:
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
    if territory.ended_on is not None:
        return NotAllowed(
            N_("Cette collectivité n’existe plus : le registre officiel l’a remplacée."),
            way_out=N_("Demandez votre rattachement à celle qui lui a succédé."),
        )
    allowed = ctx.calendar.kinds_allowed(verb.name) if ctx.calendar else frozenset()
    if territory.kind in allowed:
        return None
    return NotAllowed(
        N_("Dans cette consultation, %(kind)s ne peuvent pas %(act)s."),
        way_out=N_("Les règles de la consultation disent qui peut faire quoi."),
        kind=KIND_PLURALS[territory.kind],
        act=verb.phrase,
    )
