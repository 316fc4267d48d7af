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


@dataclass(frozen=True)
class Calendar:
    """The dates and rules of one consultation, as they stand at one reading.

    `rules` maps a verb's name to the kinds of territory that may do it; a verb absent from it is
    open to none. `proposals_published_at` is the instant the proposals became public, if they are.
    """

    consultation_id: UUID
    windows: tuple[Window, ...] = ()
    rules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    proposals_published_at: datetime | None = None

    def window(self, phase: Phase) -> Window | None:
        """The window of a phase, or None when no date is set."""
        return next((window for window in self.windows if window.phase is phase), None)

    def is_open(self, phase: Phase, instant: datetime) -> bool:
        window = self.window(phase)
        return window is not None and window.is_open(instant)

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

    def kinds_allowed(self, verb_name: str) -> frozenset[str]:
        return self.rules.get(verb_name, frozenset())
