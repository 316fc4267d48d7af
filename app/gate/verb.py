"""The form of every verb: an act, who may do it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.gate.actors import Action
from app.gate.powers import Requirement
from app.phases import Phase


class Effect(StrEnum):
    """What an act does to its subject, which may be undone, or done again, later on.

    A part one takes is replaced by the other.
    """

    GIVES = "gives"
    TAKES_BACK = "takes_back"
    REPLACES = "replaces"
    ANNULS = "annuls"
    RESTORES = "restores"


VERBS: dict[str, Verb] = {}


@dataclass(frozen=True)
class Verb:
    """An act: `requires` is asked of the actor about the subject, `phase` of the calendar.

    `after` names a phase that must be over. With `by_kind`, the consultation's rules say which
    kinds of territory may do it. With `step_up`, the person must have confirmed that it is them.
    `mandate` is the action of a mandate that gives the power as well; without one, none does.

    Of an act done for a territory: its `effect`, `did`, the sentence that says it of `%(number)d`
    and `%(title)s`, and `page`, the endpoint where it is read, if anywhere.
    """

    name: str
    phrase: str
    requires: Requirement
    phase: Phase | None = None
    after: Phase | None = None
    by_kind: bool = False
    step_up: bool = False
    mandate: Action | None = None
    effect: Effect | None = None
    did: str = ""
    page: str = ""

    def __post_init__(self) -> None:
        VERBS.setdefault(self.name, self)
