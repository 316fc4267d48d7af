"""At what point of its life a consultation is, and what each step of it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from app import clock
from app.calendar.rules import FREEZES_AT, ORDER
from app.errors import N_, Conflict, DomainError
from app.gate.actors import Actor, Role
from app.phases import Calendar, Phase

# Who prepares a consultation with the administration, and reads it before it is announced.
TEAM = frozenset({Role.ADMINISTRATOR, Role.MODERATOR, Role.COPIL})


class Life(StrEnum):
    """What everyone may expect of a consultation."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    RUNNING = "running"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Life.DRAFT: N_("Brouillon"),
    Life.ANNOUNCED: N_("Annoncée"),
    Life.RUNNING: N_("En cours"),
    Life.ARCHIVED: N_("Archivée"),
}


def life_of(calendar: Calendar, instant: datetime) -> Life:
    """A draft until it is announced; running from the opening of its first phase."""
    if calendar.archived:
        return Life.ARCHIVED
    if not calendar.announced:
        return Life.DRAFT
    begun = any(not window.is_to_come(instant) for window in calendar.windows)
    return Life.RUNNING if begun else Life.ANNOUNCED


def sees_drafts(actor: Actor, calendar: Calendar) -> bool:
    """Whether someone is of the team that prepares this consultation."""
    return any(
        each.role in TEAM and each.consultation_id in (None, calendar.consultation_id)
        for each in actor.appointments
    )


def missing(
    calendar: Calendar, *, summary: str, themes: int, rules: Mapping[str, Sequence[str]]
) -> list[str]:
    """What a draft still needs before it is announced, a sentence each."""
    found = []
    if not summary.strip():
        found.append(N_("La présentation est vide : dites à qui la consultation s’adresse."))
    if not themes:
        found.append(N_("Aucune thématique n’est écrite."))
    absent = [phase for phase in ORDER if calendar.window(phase) is None]
    found += [_NO_DATES[phase] for phase in absent]
    found += [
        _NOBODY[phase]
        for phase in ORDER
        if not any(rules.get(verb) for verb, opening in FREEZES_AT.items() if opening is phase)
    ]
    return found


_NO_DATES = {
    Phase.COLLECTION: N_("Le recueil des contributions n’a pas de dates."),
    Phase.SUPPORT: N_("Le soutien aux propositions n’a pas de dates."),
    Phase.AMI: N_("L’appel à manifestation d’intérêt n’a pas de dates."),
}
_NOBODY = {
    Phase.COLLECTION: N_("Aucun type de territoire ne peut déposer de contribution."),
    Phase.SUPPORT: N_("Aucun type de territoire ne peut soutenir une proposition."),
    Phase.AMI: N_("Aucun type de territoire ne peut devenir référent ni rejoindre un groupe."),
}


# Time enough to announce a consultation, and have people hear of it.
NOTICE = timedelta(days=14)


def shifted(calendar: Calendar, instant: datetime) -> dict[Phase, tuple[date, date]]:
    """The first and last days of the phases of an earlier consultation, brought to the future.

    All are shifted by as many whole weeks, the fewest that leave two weeks before the collection:
    they keep their lengths, their gaps and their days of the week.
    """
    collection = calendar.window(Phase.COLLECTION)
    if collection is None:
        return {}
    late = instant + NOTICE - collection.opens_at
    weeks = timedelta(weeks=max(0, -(-late // timedelta(weeks=1))))
    return {
        window.phase: (
            clock.in_paris(window.opens_at).date() + weeks,
            clock.last_day(window.closes_at) + weeks,
        )
        for window in calendar.windows
    }


def announcement_refusal(
    calendar: Calendar, wanting: Sequence[str], instant: datetime
) -> DomainError | None:
    """Why a draft may not be announced, or None."""
    if wanting:
        return Conflict(
            N_("Cette consultation n’est pas prête à être annoncée."),
            way_out=N_("Complétez ce que la page énumère, puis annoncez-la."),
        )
    if calendar.is_past(Phase.COLLECTION, instant):
        return Conflict(
            N_("Le recueil serait déjà clos : personne ne pourrait plus y contribuer."),
            way_out=N_("Donnez-lui des dates à venir, puis annoncez la consultation."),
        )
    return None


def archiving_refusal(calendar: Calendar, instant: datetime) -> DomainError | None:
    """Why a consultation may not be archived, or None: nothing of it may be open, or to come."""
    if not calendar.announced:
        return Conflict(
            N_("Un brouillon ne s’archive pas."), way_out=N_("Annoncez-le, ou supprimez-le.")
        )
    waiting = [window for window in calendar.windows if not window.is_past(instant)]
    if waiting:
        return Conflict(
            N_("La phase « %(phase)s » n’est pas close : la consultation suit son cours."),
            way_out=N_("Attendez sa clôture pour archiver la consultation."),
            phase=waiting[0].phase.label,
        )
    return None
