"""What a consultation begun from another takes from it, besides what its form shows."""

from __future__ import annotations

from collections.abc import Callable

from app.calendar.models import Consultation
from app.gate.actors import Context

# Given the earlier one, the new one, and a context of the new one.
Copier = Callable[[Consultation, Consultation, Context], None]

COPIERS: list[Copier] = []


def register(copier: Copier) -> None:
    """Declare what else is copied from an earlier consultation."""
    if copier not in COPIERS:
        COPIERS.append(copier)
