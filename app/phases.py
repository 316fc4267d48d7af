"""The phases of a consultation and their windows: a period as an object one questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.errors import N_


class Phase(StrEnum):
    """The phases during which people outside the agency act."""

    COLLECTION = "collection"
    SUPPORT = "support"
    AMI = "ami"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Phase.COLLECTION: N_("Recueil des contributions"),
    Phase.SUPPORT: N_("Soutien aux propositions"),
    Phase.AMI: N_("Appel à manifestation d’intérêt"),
}


@dataclass(frozen=True)
class Window:
    """The half-open period `[opens_at, closes_at)` of a phase, instants in UTC.

    `version` counts its amendments, from 1.
    """

    id: UUID
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    version: int = 1

    def is_open(self, instant: datetime) -> bool:
        return self.opens_at <= instant < self.closes_at

    def is_past(self, instant: datetime) -> bool:
        return self.closes_at <= instant

    def is_to_come(self, instant: datetime) -> bool:
        return instant < self.opens_at

    def remaining(self, instant: datetime) -> timedelta:
        """The time left before the close; zero once it is past."""
        return max(self.closes_at - instant, timedelta())


class PublicationKind(StrEnum):
    """What is prepared in private, then made public at one instant: one name per publication."""

    PROPOSALS = "proposals"
    SELECTION = "selection"
    SERVICES = "services"


class Step(StrEnum):
    """The process from end to end: the phases, and the work of the agency and committee between."""

    COLLECTION = "collection"
    GROUPING = "grouping"
    SUPPORT = "support"
    SELECTION = "selection"
    AMI = "ami"
    LAUREATES = "laureates"
    SERVICES = "services"

    @property
    def label(self) -> str:
        return _STEPS[self]


_STEPS = {
    Step.COLLECTION: N_("Recueil des contributions"),
    Step.GROUPING: N_("Regroupement en propositions"),
    Step.SUPPORT: N_("Soutien aux propositions"),
    Step.SELECTION: N_("Comité : choix des propositions"),
    Step.AMI: N_("Appel à manifestation d’intérêt"),
    Step.LAUREATES: N_("Comité : choix des services"),
    Step.SERVICES: N_("Construction et déploiement"),
}


class State(StrEnum):
    """Whether a step is to come, under way or over at an instant."""

    PAST = "past"
    CURRENT = "current"
    FUTURE = "future"


@dataclass(frozen=True)
class Progress:
    """A step with its state; its window when it is a phase, its end when it is known."""

    step: Step
    state: State
    window: Window | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Calendar:
    """The dates and rules of one consultation, as read once.

    `rules` maps a verb's name to the kinds of territory that may do it; a verb absent from it is
    open to none. `publications` says when what was prepared in private became public. Nothing
    opens in a draft: only what is `announced` does.
    """

    consultation_id: UUID
    windows: tuple[Window, ...] = ()
    rules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    publications: Mapping[PublicationKind, datetime] = field(default_factory=dict)
    announced: bool = True
    archived: bool = False

    def window(self, phase: Phase) -> Window | None:
        """The window of a phase, or None when no date is set."""
        return next((window for window in self.windows if window.phase is phase), None)

    def is_open(self, phase: Phase, instant: datetime) -> bool:
        window = self.window(phase)
        return self.announced and window is not None and window.is_open(instant)

    def is_past(self, phase: Phase, instant: datetime) -> bool:
        window = self.window(phase)
        return window is not None and window.is_past(instant)

    def open_windows(self, instant: datetime) -> list[Window]:
        """The windows open at an instant, the first to close first."""
        found = [window for window in self.windows if window.is_open(instant)]
        return sorted(found, key=lambda window: window.closes_at)

    def next_window(self, instant: datetime) -> Window | None:
        """The next window to open after an instant, if one is planned."""
        coming = [window for window in self.windows if window.is_to_come(instant)]
        return min(coming, key=lambda window: window.opens_at, default=None)

    def published_at(self, kind: PublicationKind) -> datetime | None:
        """When something became public; None while it is prepared in private."""
        return self.publications.get(kind)

    def kinds_allowed(self, verb_name: str) -> frozenset[str]:
        return self.rules.get(verb_name, frozenset())

    def progress(self, instant: datetime) -> list[Progress]:
        """Every step of the process with its state, in order.

        A phase follows its window. The work between phases goes on from the close of the phase
        before it until what it prepares is published.
        """
        building = PublicationKind.SERVICES in self.publications
        return [
            self._phase(Step.COLLECTION, Phase.COLLECTION, instant),
            self._work(Step.GROUPING, Phase.COLLECTION, PublicationKind.PROPOSALS, instant),
            self._phase(Step.SUPPORT, Phase.SUPPORT, instant),
            self._work(Step.SELECTION, Phase.SUPPORT, PublicationKind.SELECTION, instant),
            self._phase(Step.AMI, Phase.AMI, instant),
            self._work(Step.LAUREATES, Phase.AMI, PublicationKind.SERVICES, instant),
            Progress(Step.SERVICES, State.CURRENT if building else State.FUTURE),
        ]

    def current(self, instant: datetime) -> Step | None:
        """The step under way, the furthest when there are several; None between two steps."""
        under_way = [p.step for p in self.progress(instant) if p.state is State.CURRENT]
        return under_way[-1] if under_way else None

    def _phase(self, step: Step, phase: Phase, instant: datetime) -> Progress:
        window = self.window(phase)
        if window is None or window.is_to_come(instant):
            return Progress(step, State.FUTURE, window)
        if window.is_open(instant):
            return Progress(step, State.CURRENT, window)
        return Progress(step, State.PAST, window, window.closes_at)

    def _work(
        self, step: Step, after: Phase, prepared: PublicationKind, instant: datetime
    ) -> Progress:
        published_at = self.published_at(prepared)
        if published_at is not None:
            return Progress(step, State.PAST, ended_at=published_at)
        state = State.CURRENT if self.is_past(after, instant) else State.FUTURE
        return Progress(step, state)
