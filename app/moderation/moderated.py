"""The texts everyone reads, which moderators may hide: each feature declares its own kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

Row = TypeVar("Row")


@dataclass(frozen=True)
class Text:
    """A text as moderators read it, hidden or not.

    `says` is what it says, part by part, each a label and words. `public` is false for what was
    withdrawn. `authored` is what the gate asks who wrote it; `addresses` are those to write to.
    """

    id: UUID
    consultation_id: UUID
    number: int
    title: str
    says: Sequence[tuple[str, str]]
    public: bool
    hidden_at: datetime | None
    changed_at: datetime
    authored: object
    addresses: Sequence[str] = ()


@dataclass(frozen=True)
class Moderated(Generic[Row]):
    """A kind of text: what it is called, how it is read, locked, hidden and shown again.

    `label` names one by its `%(number)d`, and `page` is the endpoint where it is read. `read` gives
    those of a consultation by their ids, in one statement; `set_hidden` is given the instant, or
    None to show it again.
    """

    subject_type: str
    label: str
    page: str
    read: Callable[[UUID, Collection[UUID]], Sequence[Row]]
    lock: Callable[[Row], None]
    text: Callable[[Row], Text]
    set_hidden: Callable[[Row, datetime | None], None]


MODERATED: dict[str, Moderated[Any]] = {}


def register(moderated: Moderated[Any]) -> None:
    """Declare a kind of text that moderators may hide."""
    MODERATED[moderated.subject_type] = moderated
