"""A contribution is deposited, edited, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events.base import Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _ContributionEvent(Event):
    """`number` is the contribution's public number; `places` the territories it speaks for."""

    subject_type: ClassVar[str] = "contribution"

    number: int
    places: str


@dataclass(frozen=True, kw_only=True)
class ContributionSubmitted(_ContributionEvent):
    def sentence(self) -> str:
        if not self.places:
            return _("La contribution n° %(number)d a été déposée.", number=self.number)
        return _(
            "La contribution n° %(number)d a été déposée au nom de %(places)s.",
            number=self.number, places=self.places,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ContributionImported(_ContributionEvent):
    """`source` names the file's origin, `reference` the row in it."""

    source: FreeText
    reference: FreeText

    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d, reçue hors de la plateforme, a été versée par l’équipe "
            "de modération.",
            number=self.number,
        )


@dataclass(frozen=True, kw_only=True)
class ContributionEdited(_ContributionEvent):
    def sentence(self) -> str:
        return _("La contribution n° %(number)d a été modifiée.", number=self.number)


@dataclass(frozen=True, kw_only=True)
class ContributionWithdrawn(_ContributionEvent):
    def sentence(self) -> str:
        return _("La contribution n° %(number)d a été retirée.", number=self.number)
