"""What was published is corrected: everyone reads it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.journal.events import Event, FreeText


@dataclass(frozen=True, kw_only=True)
class ProposalCorrected(Event):
    """`title` is the one it has from now on."""

    family: ClassVar[str] = N_("Propositions")
    page: ClassVar[str] = "supports.proposal"
    subject_type: ClassVar[str] = "proposal"

    number: int
    title: FreeText
    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La proposition n°\u00a0%(number)d a été corrigée après sa publication\u00a0: "
            "«\u00a0%(title)s\u00a0».",
            number=self.number,
            title=self.title,
        )


@dataclass(frozen=True, kw_only=True)
class OutcomeCorrected(Event):
    """`after` says what becomes of the contribution from now on."""

    family: ClassVar[str] = N_("Contributions")
    page: ClassVar[str] = "portal.follow"
    subject_type: ClassVar[str] = "contribution"

    number: int
    after: FreeText
    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La suite donnée à la contribution n°\u00a0%(number)d a été corrigée après sa "
            "publication\u00a0: %(after)s.",
            number=self.number,
            after=self.after,
        )
