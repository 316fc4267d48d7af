"""A territory takes part in a selected proposal, or no longer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.formats import of
from app.journal.events import Event, FreeText, by_mandate


@dataclass(frozen=True, kw_only=True)
class _ParticipationEvent(Event):
    """`kind` and `code` are the territory's official ones, `territory` its name at the time.

    `via` is the helper structure by whose mandate it was done, empty when in one's own right.
    """

    family: ClassVar[str] = N_("Appel à manifestation d’intérêt")
    page: ClassVar[str] = "ami.call"
    subject_type: ClassVar[str] = "participation"

    proposal: int
    kind: str
    code: str
    territory: str
    via: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferentNamed(_ParticipationEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s devient territoire référent de la proposition n° %(proposal)d.",
            territory=by_mandate(self.territory, self.via),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class WorkingGroupJoined(_ParticipationEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s rejoint le groupe de travail de la proposition n° %(proposal)d.",
            territory=by_mandate(self.territory, self.via),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class ParticipationEnded(_ParticipationEvent):
    def sentence(self) -> str:
        return _(
            "%(territory)s ne participe plus à la suite de la proposition n° %(proposal)d.",
            territory=by_mandate(self.territory, self.via),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class ParticipationAnnulled(_ParticipationEvent):
    """Taken by someone who had no right to: public, as the participation was, with its reason."""

    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La participation %(of_territory)s à la suite de la proposition n° %(proposal)d est "
            "annulée : elle avait été prise sans droit.",
            of_territory=of(by_mandate(self.territory, self.via)),
            proposal=self.proposal,
        )


@dataclass(frozen=True, kw_only=True)
class ParticipationRestored(_ParticipationEvent):
    """Left by someone who had no right to: it is current again, as it had been taken."""

    reason: FreeText

    def sentence(self) -> str:
        return _(
            "La participation %(of_territory)s à la suite de la proposition n° %(proposal)d est "
            "rétablie : elle avait été retirée sans droit.",
            of_territory=of(by_mandate(self.territory, self.via)),
            proposal=self.proposal,
        )
