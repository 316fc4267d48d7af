"""How far a replay has come, reported while it runs and kept where every process can read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

from redis import RedisError

from app import jobs

KEY = "demonstration:replay"
# A replay that has said nothing for this long was cut short.
SILENCE_SECONDS = 120
_EVERY = 10

Item = TypeVar("Item")
Report = Callable[[str, int, int], None]


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """How far a replay to a moment has come: so many of the total of what it is busy with."""

    moment: str
    state: State
    what: str = ""
    done: int = 0
    total: int = 0
    failure: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in {State.DONE, State.FAILED}


def silently(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


def counted(items: Sequence[Item], what: str, report: Report) -> Iterator[tuple[int, Item]]:
    """Number the items from 0, reporting how many are done."""
    for rank, item in enumerate(items):
        if rank % _EVERY == 0:
            report(what, rank, len(items))
        yield rank, item


def keep(progress: Progress) -> None:
    """Make it known; a store that does not answer keeps nothing, and the replay goes on."""
    try:
        jobs.connection().set(KEY, json.dumps(asdict(progress)), ex=SILENCE_SECONDS)
    except RedisError:
        return


def kept() -> Progress | None:
    """What was last made known, or None when nothing was for a while."""
    try:
        found = jobs.connection().get(KEY)
    except RedisError:
        return None
    if not isinstance(found, bytes | str):
        return None
    facts = json.loads(found)
    return Progress(**{**facts, "state": State(facts["state"])})
