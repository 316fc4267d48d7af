"""The moment of a consultation that is shown to whoever comes: one at a time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.phases import Calendar, PublicationKind, Step


class Moment(StrEnum):
    """What a visitor reads first: the step under way, or what is waited for."""

    UNDATED = "undated"
    ANNOUNCED = "announced"
    COLLECTION = "collection"
    GROUPING = "grouping"
    BEFORE_SUPPORT = "before_support"
    SUPPORT = "support"
    SELECTION = "selection"
    BEFORE_AMI = "before_ami"
    AMI = "ami"
    LAUREATES = "laureates"
    SERVICES = "services"


def moment_of(calendar: Calendar, instant: datetime) -> Moment:
    """The moment of a consultation at an instant: its current step, else what was published last.

    Between a publication and the phase it prepares no step is under way; before the collection, the
    consultation is announced if a date is set. A phase whose window opened before what it is about
    was published has not begun for anyone: the late work is shown instead.
    """
    if step := calendar.current(instant):
        return _late_work(step, calendar) or Moment(step.value)
    if calendar.published_at(PublicationKind.SELECTION):
        return Moment.BEFORE_AMI
    if calendar.published_at(PublicationKind.PROPOSALS):
        return Moment.BEFORE_SUPPORT
    return Moment.ANNOUNCED if calendar.next_window(instant) else Moment.UNDATED


def _late_work(step: Step, calendar: Calendar) -> Moment | None:
    """What a step still waits for, if anything, though its time has come."""
    if step in (Step.COLLECTION, Step.SERVICES):
        return None
    if calendar.published_at(PublicationKind.PROPOSALS) is None:
        return Moment.GROUPING
    if (
        step in (Step.AMI, Step.LAUREATES)
        and calendar.published_at(PublicationKind.SELECTION) is None
    ):
        return Moment.SELECTION
    return None
