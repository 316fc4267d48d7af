"""The e-mail that says what became of an author's contributions, when proposals are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import ngettext

from app.calendar.models import Consultation
from app.notifications.messages import Message
from consultation.contributions.models import Contribution
from consultation.triage.queries import Ruling


@dataclass(frozen=True, kw_only=True)
class OutcomesSent(Message):
    """`outcomes` is what became of each of the author's contributions, by number."""

    template: ClassVar[str] = "outcomes_sent"

    consultation: str
    slug: str
    outcomes: list[dict[str, Any]]

    @classmethod
    def about(
        cls, consultation: Consultation, rulings: Sequence[tuple[Contribution, Ruling]]
    ) -> OutcomesSent:
        """The e-mail to one author about their contributions."""
        return cls(
            consultation=consultation.title,
            slug=consultation.slug,
            outcomes=[_kept(contribution, ruling) for contribution, ruling in rulings],
        )

    def subject(self) -> str:
        return ngettext(
            "Ce que devient votre contribution",
            "Ce que deviennent vos %(num)d contributions",
            len(self.outcomes),
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "proposal_url": self._proposal_url}

    def _proposal_url(self, number: int) -> str:
        return url_for("supports.proposal", consultation=self.slug, number=number, _external=True)


def _kept(contribution: Contribution, ruling: Ruling) -> dict[str, Any]:
    """What became of one contribution, as an e-mail keeps it."""
    scheme = ruling.outcome.scheme
    return {
        "number": contribution.number,
        "title": contribution.title,
        "decision": ruling.outcome.decision.value,
        "proposals": [{"number": p.number, "title": p.title} for p in ruling.proposals],
        "scheme": scheme.name if scheme else "",
        "contact": scheme.contact if scheme else "",
        "reason": ruling.outcome.reason,
    }
