"""Moderators sort contributions: embargoed until the proposals are out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.gate.verbs import TRIAGE
from app.journal.events import Event, FreeText
from app.journal.rules import read_before
from app.phases import PublicationKind

read_before(PublicationKind.PROPOSALS, TRIAGE)


@dataclass(frozen=True, kw_only=True)
class _TriageEvent(Event):
    family: ClassVar[str] = N_("Contributions")
    page: ClassVar[str] = "portal.follow"
    subject_type: ClassVar[str] = "contribution"
    disclosure = PublicationKind.PROPOSALS

    number: int


@dataclass(frozen=True, kw_only=True)
class ContributionGrouped(_TriageEvent):
    """`proposals` are the numbers of the proposals, separated by spaces."""

    proposals: str

    def sentence(self) -> str:
        numbers = self.proposals.split()
        if len(numbers) == 1:
            return _(
                "La contribution n° %(number)d a rejoint la proposition n° %(proposal)s.",
                number=self.number,
                proposal=numbers[0],
            )
        return _(
            "La contribution n° %(number)d a rejoint les propositions n° %(proposals)s.",
            number=self.number,
            proposals=", ".join(numbers),
        )


@dataclass(frozen=True, kw_only=True)
class ContributionReoriented(_TriageEvent):
    scheme: FreeText
    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La contribution n° %(number)d a été réorientée vers le dispositif « %(scheme)s ».",
            number=self.number,
            scheme=self.scheme,
        )


@dataclass(frozen=True, kw_only=True)
class ContributionRejected(_TriageEvent):
    reason: FreeText

    def sentence(self) -> str:
        return _("La contribution n° %(number)d a été écartée.", number=self.number)


@dataclass(frozen=True, kw_only=True)
class OutcomeUndone(_TriageEvent):
    page: ClassVar[str] = ""

    def sentence(self) -> str:
        return _("La décision sur la contribution n° %(number)d a été annulée.", number=self.number)
