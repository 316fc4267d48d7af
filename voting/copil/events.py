"""The committee assesses and decides in private, then its selection is published at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.gate.verbs import READ_COMMITTEE
from app.journal.events import Event, FreeText
from app.journal.rules import read_before
from app.phases import PublicationKind

read_before(PublicationKind.SELECTION, READ_COMMITTEE)


@dataclass(frozen=True, kw_only=True)
class _SelectionEvent(Event):
    family: ClassVar[str] = N_("Décisions du comité")
    page: ClassVar[str] = "supports.proposal"
    subject_type: ClassVar[str] = "proposal"
    disclosure = PublicationKind.SELECTION

    number: int
    title: FreeText


@dataclass(frozen=True, kw_only=True)
class MaturityAssessed(_SelectionEvent):
    """`maturity` is a level from 1, a bare need, to 5, a service proven in several territories."""

    maturity: int

    def sentence(self) -> str:
        return _(
            "La maturité de la proposition n° %(number)d, « %(title)s », a été évaluée "
            "à %(maturity)d sur 5.",
            number=self.number,
            title=self.title,
            maturity=self.maturity,
        )


def _outcome(stage: str) -> str:
    return {
        "selected": _("de la retenir"),
        "deferred": _("de la différer"),
        "declined": _("de ne pas la retenir"),
    }[stage]


@dataclass(frozen=True, kw_only=True)
class ProposalDecided(_SelectionEvent):
    """`stage` is the one the proposal is to take: selected, deferred or declined."""

    stage: str
    reason: FreeText

    def sentence(self) -> str:
        return _(
            "Le comité a examiné la proposition n° %(number)d, « %(title)s », et décidé "
            "%(outcome)s.",
            number=self.number,
            title=self.title,
            outcome=_outcome(self.stage),
        )


@dataclass(frozen=True, kw_only=True)
class VerdictUndone(_SelectionEvent):
    def sentence(self) -> str:
        return _(
            "Le comité est revenu sur sa décision à propos de la proposition n° %(number)d, "
            "« %(title)s ».",
            number=self.number,
            title=self.title,
        )


@dataclass(frozen=True, kw_only=True)
class DecisionPublished(_SelectionEvent):
    """What became public, with the supports and the maturity (0 if not assessed) that day."""

    stage: str
    supports: int
    maturity: int

    def sentence(self) -> str:
        sentences = {
            "selected": _(
                "La proposition n° %(number)d, « %(title)s », est retenue par le comité.",
                number=self.number,
                title=self.title,
            ),
            "deferred": _(
                "La proposition n° %(number)d, « %(title)s », est différée par le comité.",
                number=self.number,
                title=self.title,
            ),
            "declined": _(
                "La proposition n° %(number)d, « %(title)s », n’est pas retenue par le comité.",
                number=self.number,
                title=self.title,
            ),
        }
        return sentences[self.stage]
