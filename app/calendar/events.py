"""A consultation opens, its dates are set and moved. Instants are RFC 3339 texts in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from flask_babel import gettext as _

from app import clock
from app.errors import N_
from app.formats import day
from app.gate.actors import KIND_PLURALS, TerritoryKind
from app.journal.events import Event, FreeText
from app.phases import Phase


def instant_text(instant: datetime) -> str:
    """An instant as an event keeps it."""
    return instant.astimezone(UTC).isoformat()


def _first_day(instant: str) -> str:
    return day(datetime.fromisoformat(instant))


def _last_day(instant: str) -> str:
    return day(clock.last_day(datetime.fromisoformat(instant)))


@dataclass(frozen=True, kw_only=True)
class _CalendarEvent(Event):
    """Read on the page of the dates and the rules."""

    family: ClassVar[str] = N_("Calendrier et règles")
    page: ClassVar[str] = "calendar.calendar"


@dataclass(frozen=True, kw_only=True)
class ConsultationOpened(_CalendarEvent):
    subject_type: ClassVar[str] = "consultation"

    slug: str

    def sentence(self) -> str:
        return _("La consultation a été créée.")


@dataclass(frozen=True, kw_only=True)
class RulesSet(_CalendarEvent):
    """`verb` is open to `kinds`, names separated by spaces."""

    subject_type: ClassVar[str] = "consultation"

    verb: str
    kinds: str

    def sentence(self) -> str:
        kinds = ", ".join(_(KIND_PLURALS[TerritoryKind(kind)]) for kind in self.kinds.split())
        acts = {
            "contribution:submit": _("Peuvent déposer une contribution"),
            "proposal:support": _("Peuvent soutenir une proposition"),
            "ami:refer": _("Peuvent devenir territoire référent"),
            "ami:join": _("Peuvent rejoindre un groupe de travail"),
        }
        act = acts.get(self.verb, self.verb)
        return _("%(act)s : %(kinds)s.", act=act, kinds=kinds or _("personne"))


@dataclass(frozen=True, kw_only=True)
class WindowSet(_CalendarEvent):
    subject_type: ClassVar[str] = "window"

    phase: str
    opens_at: str
    closes_at: str

    def sentence(self) -> str:
        return _(
            "La phase « %(phase)s » est fixée du %(first)s au %(last)s inclus.",
            phase=_(Phase(self.phase).label),
            first=_first_day(self.opens_at),
            last=_last_day(self.closes_at),
        )


@dataclass(frozen=True, kw_only=True)
class WindowAmended(_CalendarEvent):
    subject_type: ClassVar[str] = "window"

    phase: str
    opens_at_before: str
    closes_at_before: str
    opens_at: str
    closes_at: str
    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La phase « %(phase)s », prévue du %(first_before)s au %(last_before)s, "
            "est fixée du %(first)s au %(last)s inclus.",
            phase=_(Phase(self.phase).label),
            first_before=_first_day(self.opens_at_before),
            last_before=_last_day(self.closes_at_before),
            first=_first_day(self.opens_at),
            last=_last_day(self.closes_at),
        )
