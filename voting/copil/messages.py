"""The e-mail that says what became of an author's proposals, once the selection is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.calendar.models import Consultation
from app.formats import period
from app.notifications.messages import Message
from app.phases import Window
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from voting.copil.models import Verdict

Decided = tuple[Proposal, Verdict]


@dataclass(frozen=True, kw_only=True)
class SelectionSent(Message):
    """`decisions` are those on the proposals that gather the author's contributions, by number.

    `call` is when the call for interest is open, empty when it has no dates yet.
    """

    template: ClassVar[str] = "selection_sent"

    consultation: str
    slug: str
    call: str
    decisions: list[dict[str, Any]]

    @classmethod
    def about(
        cls,
        consultation: Consultation,
        decisions: Mapping[Decided, Sequence[Contribution]],
        call: Window | None,
    ) -> SelectionSent:
        """The e-mail to one author about the committee's decisions."""
        return cls(
            consultation=consultation.title,
            slug=consultation.slug,
            call=period(call) if call else "",
            decisions=[_kept(*decided, gathered) for decided, gathered in decisions.items()],
        )

    def subject(self) -> str:
        selected = sum(decision["stage"] == "selected" for decision in self.decisions)
        if not selected:
            return _("Le comité a décidé des propositions issues de vos contributions")
        return ngettext(
            "Une proposition issue de vos contributions est retenue",
            "%(num)d propositions issues de vos contributions sont retenues",
            selected,
        )

    def context(self) -> dict[str, Any]:
        decisions_url = self._url("copil.decisions")
        return {
            **super().context(),
            "decisions_url": decisions_url,
            "call_url": self._call_url,
            "selected": sum(decision["stage"] == "selected" for decision in self.decisions),
        }

    def _call_url(self, number: int) -> str:
        return self._url("ami.call", number=number)

    def _url(self, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, consultation=self.slug, **values, _external=True)


def _kept(proposal: Proposal, verdict: Verdict, gathered: Sequence[Contribution]) -> dict[str, Any]:
    """What became of one proposal, as an e-mail keeps it."""
    return {
        "number": proposal.number,
        "title": proposal.title,
        "stage": verdict.stage.value,
        "reason": verdict.reason,
        "contributions": [{"number": c.number, "title": c.title} for c in gathered],
    }
