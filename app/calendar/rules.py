"""Which dates a calendar may have, and until when its rules may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.errors import N_, Conflict, DomainError, Invalid
from app.gate.actors import TerritoryKind
from app.gate.verbs import JOIN, REFER, SUBMIT, SUPPORT
from app.phases import Calendar, Phase, Window

# The phase at whose opening each rule freezes.
FREEZES_AT = {
    SUBMIT.name: Phase.COLLECTION,
    SUPPORT.name: Phase.SUPPORT,
    REFER.name: Phase.AMI,
    JOIN.name: Phase.AMI,
}
_COLLECTIVITIES = (
    TerritoryKind.COMMUNE,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.REGION,
    TerritoryKind.SPECIAL,
)
# Those of 2021, which a new consultation begins with.
USUAL_RULES: Mapping[str, Sequence[TerritoryKind]] = {
    SUBMIT.name: (*_COLLECTIVITIES, TerritoryKind.EPCI, TerritoryKind.SYNDICAT),
    SUPPORT.name: _COLLECTIVITIES,
    REFER.name: _COLLECTIVITIES,
    JOIN.name: (*_COLLECTIVITIES, TerritoryKind.EPCI),
}
ORDER = (Phase.COLLECTION, Phase.SUPPORT, Phase.AMI)


def date_refusal(
    calendar: Calendar, phase: Phase, opens_at: datetime, closes_at: datetime
) -> DomainError | None:
    """Why a phase may not take these dates beside the others, or None.

    A phase closes after it opens, and phases follow one another without overlapping: triage comes
    between collection and support, the committee between support and the call for interest.
    """
    if opens_at >= closes_at:
        return Invalid(N_("La phase doit se clore après son ouverture."))
    rank = ORDER.index(phase)
    for window in calendar.windows:
        other = ORDER.index(window.phase)
        if other < rank and window.closes_at > opens_at:
            return Invalid(
                N_(
                    "La phase « %(phase)s » ne peut pas s’ouvrir avant la clôture de « %(other)s »."
                ),
                phase=phase.label,
                other=window.phase.label,
            )
        if other > rank and window.opens_at < closes_at:
            return Invalid(
                N_("La phase « %(phase)s » doit se clore avant l’ouverture de « %(other)s »."),
                way_out=N_("Déplacez d’abord la phase suivante."),
                phase=phase.label,
                other=window.phase.label,
            )
    return None


def amendment_refusal(
    window: Window, opens_at: datetime, closes_at: datetime, instant: datetime
) -> DomainError | None:
    """Why a window may not be moved to these dates at this instant, or None.

    A closed phase is never reopened; an open one keeps its opening, and closes in the future.
    """
    if window.is_past(instant):
        return Conflict(
            N_("La phase « %(phase)s » est close : on ne rouvre pas une phase close."),
            phase=window.phase.label,
        )
    if window.is_open(instant) and opens_at != window.opens_at:
        return Conflict(N_("La phase a commencé : sa date d’ouverture ne change plus."))
    if closes_at <= instant:
        return Invalid(
            N_("La nouvelle clôture doit être à venir : une phase ne se clôt pas dans le passé.")
        )
    return None


def rule_refusal(calendar: Calendar, verb_name: str, instant: datetime) -> DomainError | None:
    """Why the kinds of territory open to a verb may no longer change, or None."""
    window = calendar.window(FREEZES_AT[verb_name])
    if window is not None and not window.is_to_come(instant):
        return Conflict(
            N_("La phase « %(phase)s » a commencé : ses règles ne changent plus."),
            phase=window.phase.label,
        )
    return None
