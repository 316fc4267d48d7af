"""When everything of the replay happens, and which of its days is today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app import clock
from app.errors import N_

# The days of the replay, counted from the opening of the collection, which is day 0. A first and a
# last day are both included.
OPENED = -21
INVITED = -10
MANDATED = -7
SEATED = -5
COLLECTION = (0, 49)
SUPPORT_AS_PLANNED = (63, 92)
SUPPORT_MOVED = 44
WRITTEN = 51
REORIENTED = 59
GROUPED = 60
COMMITTING = 74
PUBLISHED = 79
SUPPORT = (80, 109)
ASSESSED = 104
DECIDED = 110
SELECTED = 112
AMI = (113, 171)
CHOSEN = (173, 188)
LAUREATES = 190


class Moment(StrEnum):
    """The moments of the consultation at which one may start."""

    COLLECTION = "collection"
    TRIAGE = "triage"
    SUPPORT = "support"
    COPIL = "copil"
    AMI = "ami"
    CHOICE = "choice"
    SERVICES = "services"

    @property
    def day(self) -> int:
        """The day of the replay that is today; what happens on it is still to come."""
        return _DAYS[self]

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_DAYS = {
    Moment.COLLECTION: 25,
    Moment.TRIAGE: 51,
    Moment.SUPPORT: 105,
    Moment.COPIL: 111,
    Moment.AMI: 140,
    Moment.CHOICE: 181,
    Moment.SERVICES: 195,
}
_LABELS = {
    Moment.COLLECTION: N_("Recueil des contributions"),
    Moment.TRIAGE: N_("Tri des contributions"),
    Moment.SUPPORT: N_("Soutien aux propositions"),
    Moment.COPIL: N_("Comité de sélection"),
    Moment.AMI: N_("Appel à manifestation d’intérêt"),
    Moment.CHOICE: N_("Choix des services"),
    Moment.SERVICES: N_("Services lauréats"),
}
_SENTENCES = {
    Moment.COLLECTION: N_(
        "Les collectivités déposent leurs besoins et leurs services : la moitié est arrivée."
    ),
    Moment.TRIAGE: N_(
        "Le recueil est clos : les 476 contributions attendent d’être regroupées en propositions."
    ),
    Moment.SUPPORT: N_(
        "Soixante-sept propositions sont publiées, et les collectivités ont encore quelques jours "
        "pour les soutenir."
    ),
    Moment.COPIL: N_(
        "Les soutiens sont clos : le comité décide à huis clos, et il lui reste quinze "
        "propositions à examiner."
    ),
    Moment.AMI: N_(
        "Dix-sept propositions sont retenues : les collectivités s’y engagent comme territoires "
        "référents."
    ),
    Moment.CHOICE: N_(
        "L’appel est clos : le comité choisit les services à financer, et il en est à la moitié."
    ),
    Moment.SERVICES: N_("Les quarante-quatre services lauréats sont publiés."),
}


@dataclass(frozen=True)
class Story:
    """The replay with its dates set around today."""

    moment: Moment
    today: date

    def date(self, day: int) -> date:
        return self.today + timedelta(days=day - self.moment.day)

    def instant(self, day: int, fraction: float = 0.0) -> datetime:
        """An instant of a day of the replay, that fraction of its working hours in."""
        morning = datetime.combine(self.date(day), time(8), clock.PARIS)
        # Hours are added on Paris clocks: on the day they change, the morning starts at eight too.
        return (morning + timedelta(hours=11 * fraction)).astimezone(UTC)

    def window(self, days: tuple[int, int]) -> dict[str, datetime]:
        """The dates of a phase, to give it."""
        first, last = days
        return {
            "opens_at": clock.start_of(self.date(first)),
            "closes_at": clock.end_of(self.date(last)),
        }

    def has_come(self, day: int) -> bool:
        """Whether a day of the replay is over."""
        return day < self.moment.day

    def spread(self, days: tuple[int, int], rank: int, total: int) -> tuple[int, float]:
        """The day and the fraction of it of one act out of `total` spread evenly over days."""
        first, last = days
        progress = (last - first + 1) * rank / total
        return first + int(progress), progress % 1
