"""A collectivity supports a proposal, or no longer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.formats import of
from app.journal.events import Event, FreeText, by_mandate


@dataclass(frozen=True, kw_only=True)
class _SupportEvent(Event):
    """`kind` and `code` are the territory's official ones, `territory` its name at the time.

    `via` is the helper structure by whose mandate it was done, empty when in one's own right.
    """

    family: ClassVar[str] = N_("Soutiens")
    page: ClassVar[str] = "supports.proposal"
    subject_type: ClassVar[str] = "support"

    proposal: int
    kind: str
    code: str
    territory: str
    via: str = ""


@dataclass(frozen=True, kw_only=True)
class SupportGiven(_SupportEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s soutient la proposition n° %(proposal)d.",
            territory=by_mandate(self.territory, self.via),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class SupportWithdrawn(_SupportEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s retire son soutien à la proposition n° %(proposal)d.",
            territory=by_mandate(self.territory, self.via),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class SupportAnnulled(_SupportEvent):
    """Given by someone who had no right to: public, as the support was, with its reason."""

    reason: FreeText

    def sentence(self) -> str:
        return _(
            "Le soutien %(of_territory)s à la proposition n° %(proposal)d est annulé : il avait "
            "été donné sans droit.",
            of_territory=of(by_mandate(self.territory, self.via)),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class SupportRestored(_SupportEvent):
    """Withdrawn by someone who had no right to: it is current again, as it had been given."""

    reason: FreeText

    def sentence(self) -> str:
        return _(
            "Le soutien %(of_territory)s à la proposition n° %(proposal)d est rétabli : il avait "
            "été retiré sans droit.",
            of_territory=of(by_mandate(self.territory, self.via)),
            proposal=self.proposal,
        )
