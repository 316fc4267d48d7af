"""Whom a correction concerns besides authors, and what may forbid it: features above say it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from app.errors import DomainError

# By the number of a proposal: the addresses of those who expressed themselves on it.
Recipients = Callable[[UUID], Collection[str]]
# By the numbers of a contribution and of the proposals it leaves: why it may not, if it may not.
Hold = Callable[[UUID, Collection[UUID]], DomainError | None]

RECIPIENTS: list[Recipients] = []
HOLDS: list[Hold] = []


def register(*, recipients: Recipients | None = None, hold: Hold | None = None) -> None:
    """Declare whom a correction concerns, or what forbids one."""
    if recipients is not None and recipients not in RECIPIENTS:
        RECIPIENTS.append(recipients)
    if hold is not None and hold not in HOLDS:
        HOLDS.append(hold)
