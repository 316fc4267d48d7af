"""What became of contributions, to read those of one outcome: the triage says what each is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement


@dataclass(frozen=True)
class Fate:
    """An outcome: what it is called, and what is true of the contributions that have it.

    Of nothing before it is public.
    """

    label: str
    condition: ColumnElement[bool]


# By the word that an address names each with.
FATES: dict[str, Fate] = {}
