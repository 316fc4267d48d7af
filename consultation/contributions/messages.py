"""The e-mail that says a contribution was received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.calendar.models import Consultation
from app.formats import closing
from app.notifications.messages import Message
from app.phases import Window
from consultation.contributions.models import Contribution


@dataclass(frozen=True, kw_only=True)
class DepositReceived(Message):
    """To who deposited it. `places` are the territories it speaks for, `until` when it freezes."""

    template: ClassVar[str] = "deposit_received"

    consultation: str
    slug: str
    number: int
    title: str
    places: list[str]
    until: str

    @classmethod
    def about(
        cls, contribution: Contribution, consultation: Consultation, window: Window | None
    ) -> DepositReceived:
        """What is written of a contribution that has just been deposited."""
        assert contribution.number is not None
        return cls(
            consultation=consultation.title,
            slug=consultation.slug,
            number=contribution.number,
            title=contribution.title,
            places=[place.label for place in contribution.places],
            until=closing(window) if window else "",
        )

    def subject(self) -> str:
        return _("Votre contribution n°\u00a0%(number)d est déposée", number=self.number)

    def context(self) -> dict[str, Any]:
        here: dict[str, Any] = {"consultation": self.slug, "number": self.number, "_external": True}
        return {
            **super().context(),
            "page": url_for("contributions.page", **here),
            "follow": url_for("portal.follow", **here),
        }
