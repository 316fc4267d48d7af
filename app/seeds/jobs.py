"""Replay the demonstration outside a request, reporting how far it has come."""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic

from app.errors import N_, DomainError
from app.formats import sentence_of
from app.jobs import job
from app.seeds import demonstration
from app.seeds.progress import Progress, State, keep
from app.seeds.story import Moment

logger = logging.getLogger(__name__)

_REPORT_INTERVAL = timedelta(seconds=0.25)


@job(once=True, seconds=600)
def replay(moment: str) -> None:
    """Replay at a moment. A failure is reported where the progress is, and not tried again."""
    said = -_REPORT_INTERVAL.total_seconds()

    def report(what: str, done: int, total: int) -> None:
        nonlocal said
        if monotonic() - said >= _REPORT_INTERVAL.total_seconds():
            said = monotonic()
            keep(Progress(moment, State.RUNNING, what, done, total))

    try:
        demonstration.replay(Moment(moment), report=report)
    except DomainError as error:
        keep(Progress(moment, State.FAILED, failure=sentence_of(error)))
    except Exception:
        logger.exception("the demonstration could not be replayed")
        keep(Progress(moment, State.FAILED, failure=N_("Le travailleur a rencontré une erreur.")))
    else:
        keep(Progress(moment, State.DONE))
