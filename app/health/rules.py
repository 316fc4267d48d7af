"""What is said of the health of the platform, from what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Of what comes back at intervals, so many in a row were missed before it is said.
MISSED = 3
# A message that waits longer is late: the first try follows at once, the second a minute after.
LATE_MAIL = timedelta(minutes=10)


class Health(StrEnum):
    """Ready, or ready but to be looked at, or unable to serve."""

    READY = "ready"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Measured:
    """What was measured. `ticks` are None when the queue does not answer."""

    migrated: bool | None
    ticks: Mapping[str, tuple[int, datetime | None]] | None
    oldest_mail: datetime | None
    instant: datetime
    jobs_waiting: int | None = None
    leader: str | None = None

    @property
    def is_late(self) -> bool:
        """Whether something that comes back at intervals no longer does."""
        return self.ticks is None or any(
            last is None or self.instant - last > timedelta(seconds=MISSED * every)
            for every, last in self.ticks.values()
        )

    @property
    def mail_waits(self) -> bool:
        """Whether an e-mail that was due has not left."""
        return self.oldest_mail is not None and self.instant - self.oldest_mail > LATE_MAIL


def health_of(measured: Measured) -> Health:
    """The one word of it. Without the queue, pages and supports still answer."""
    if not measured.migrated:
        return Health.UNAVAILABLE
    if measured.is_late or measured.mail_waits:
        return Health.DEGRADED
    return Health.READY
