"""A contribution is deposited, edited, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.formats import of
from app.journal.events import Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _ContributionEvent(Event):
    """`number` is the contribution's public number; `places` the territories it speaks for.

    `via` is the helper structure by whose mandate it was done, empty when in one's own right.
    """

    family: ClassVar[str] = N_("Contributions")
    page: ClassVar[str] = "contributions.page"
    subject_type: ClassVar[str] = "contribution"

    number: int
    places: str
    via: str = ""

    @property
    def by_mandate(self) -> str:
        """What ends the sentence of what was done by a mandate: « , via SICTIAM »."""
        return _(", via %(helper)s", helper=self.via) if self.via else ""


@dataclass(frozen=True, kw_only=True)
class ContributionSubmitted(_ContributionEvent):
    def sentence(self) -> str:
        if not self.places:
            return _("La contribution n° %(number)d a été déposée.", number=self.number)
        return _(
            "La contribution n° %(number)d a été déposée au nom %(of_places)s%(via)s.",
            number=self.number,
            of_places=of(self.places),
            via=self.by_mandate,
        )


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
class ContributionReceivedAnew(_ContributionEvent):
    """It came back changed from its source, and was rewritten as it came."""

    source: FreeText
    reference: FreeText

    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d, reçue hors de la plateforme, a été mise à jour "
            "d’après sa source.",
            number=self.number,
        )


@dataclass(frozen=True, kw_only=True)
class ContributionEdited(_ContributionEvent):
    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d a été modifiée%(via)s.",
            number=self.number,
            via=self.by_mandate,
        )


@dataclass(frozen=True, kw_only=True)
class ContributionWithdrawn(_ContributionEvent):
    page: ClassVar[str] = ""

    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d a été retirée%(via)s.",
            number=self.number,
            via=self.by_mandate,
        )


@dataclass(frozen=True, kw_only=True)
class ContributionAnnulled(_ContributionEvent):
    """Deposited by someone who had no right to: public, as the deposit was, with its reason."""

    page: ClassVar[str] = ""
    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d est annulée : elle avait été déposée sans droit au nom "
            "%(of_places)s%(via)s.",
            number=self.number,
            of_places=of(self.places),
            via=self.by_mandate,
        )


@dataclass(frozen=True, kw_only=True)
class ContributionRestored(_ContributionEvent):
    """Withdrawn by someone who had no right to: it counts again, as it had been deposited."""

    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d est rétablie : elle avait été retirée sans droit au nom "
            "%(of_places)s%(via)s.",
            number=self.number,
            of_places=of(self.places),
            via=self.by_mandate,
        )
