"""A collectivity supports a proposal, or no longer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events.base import Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _SupportEvent(Event):
    """`kind` and `code` are the territory's official ones, `territory` its name at the time."""

    subject_type: ClassVar[str] = "support"

    proposal: int
    kind: str
    code: str
    territory: str


@dataclass(frozen=True, kw_only=True)
class SupportGiven(_SupportEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s soutient la proposition n° %(proposal)d.",
            territory=self.territory, proposal=self.proposal,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SupportWithdrawn(_SupportEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s retire son soutien à la proposition n° %(proposal)d.",
            territory=self.territory, proposal=self.proposal,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SupportAnnulled(_SupportEvent):
    """Given by someone who had no right to: public, as the support was, with its reason."""

    reason: FreeText

    def sentence(self) -> str:
        return _(
            "Le soutien de %(territory)s à la proposition n° %(proposal)d est annulé : il avait "
            "été donné sans droit.",
            territory=self.territory, proposal=self.proposal,
        )  # fmt: skip
