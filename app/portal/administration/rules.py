"""What a consultation lacks at its moment, and what waits in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import N_
from app.phases import Calendar, Phase, PublicationKind

# Before so long, what is missing is no trouble yet.
SOON = timedelta(days=15)


@dataclass(frozen=True)
class State:
    """What the administration counts of a consultation."""

    moderators: int = 0
    committee: int = 0
    envelope: bool = False
    schemes: int = 0
    waiting: int = 0
    texts: int = 0


@dataclass(frozen=True)
class Task:
    """Something to do: a sentence, with `%(num)d` if it counts, and the page where it is done.

    `late` says that it already keeps people waiting.
    """

    said: str
    page: str
    num: int = 0
    late: bool = False


def tasks(calendar: Calendar, state: State, instant: datetime) -> list[Task]:
    """What is to be done in a consultation that was announced and is not archived."""
    if not calendar.announced or calendar.archived:
        return []
    return [*_missing(calendar, state, instant), *_waiting(calendar, state, instant)]


def _missing(calendar: Calendar, state: State, instant: datetime) -> list[Task]:
    found = []
    collected = _near(calendar, Phase.COLLECTION, instant)
    if collected and not state.moderators:
        said = N_("Personne ne modère cette consultation.")
        found.append(Task(said, "appointments.appointments", late=_over(calendar, instant)))
    if collected and not state.schemes:
        said = N_("Aucun dispositif n’est décrit par l’équipe de modération pour réorienter.")
        found.append(Task(said, "portal.consultation"))
    if _near(calendar, Phase.SUPPORT, instant) and not state.committee:
        said = N_("Le comité de sélection n’a aucun membre.")
        late = calendar.is_past(Phase.SUPPORT, instant)
        found.append(Task(said, "committee_members.members", late=late))
    if _near(calendar, Phase.AMI, instant) and not state.envelope:
        late = calendar.is_past(Phase.AMI, instant)
        found.append(Task(N_("L’enveloppe n’est pas fixée."), "envelope.edit", late=late))
    return found


def _waiting(calendar: Calendar, state: State, instant: datetime) -> list[Task]:
    found = []
    unpublished = calendar.published_at(PublicationKind.PROPOSALS) is None
    if state.waiting and unpublished and _over(calendar, instant):
        late = calendar.is_open(Phase.SUPPORT, instant)
        said = N_("Contributions qui attendent l’équipe de modération : %(num)d.")
        found.append(Task(said, "portal.consultation", state.waiting, late))
    if unpublished and calendar.is_open(Phase.SUPPORT, instant) and not state.waiting:
        said = N_("Le soutien est ouvert, et les propositions ne sont pas publiées.")
        found.append(Task(said, "portal.consultation", late=True))
    if state.texts:
        said = N_("Textes signalés ou contestés : %(num)d.")
        found.append(Task(said, "portal.consultation", state.texts))
    over = bool(calendar.windows) and all(each.is_past(instant) for each in calendar.windows)
    if over and calendar.published_at(PublicationKind.SERVICES) is not None:
        said = N_("Tout est clos et publié : elle s’archive.")
        found.append(Task(said, "consultations.archive"))
    return found


def _near(calendar: Calendar, phase: Phase, instant: datetime) -> bool:
    """Whether a phase opens soon, or has opened."""
    window = calendar.window(phase)
    return window is not None and window.opens_at - instant <= SOON


def _over(calendar: Calendar, instant: datetime) -> bool:
    return calendar.is_past(Phase.COLLECTION, instant)
