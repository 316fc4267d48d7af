"""The e-mail sent to an author when services drawn from their contributions are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import ngettext

from app.calendar.models import Consultation
from app.notifications.messages import Message
from delivery.services.models import Service


@dataclass(frozen=True, kw_only=True)
class LaureatesSent(Message):
    """`services` is what was drawn from each of the author's chosen contributions, by number."""

    template: ClassVar[str] = "laureates_sent"

    consultation: str
    slug: str
    services: list[dict[str, Any]]

    @classmethod
    def about(cls, consultation: Consultation, services: Sequence[Service]) -> LaureatesSent:
        """The e-mail to one author; needs the services' contributions loaded."""
        return cls(
            consultation=consultation.title,
            slug=consultation.slug,
            services=[
                {
                    "number": service.number,
                    "name": service.name,
                    "contribution": service.contribution.number,
                    "title": service.contribution.title,
                    "state_cents": service.state_cents,
                    "total_cents": service.total_cents,
                }
                for service in services
            ],
        )

    def subject(self) -> str:
        return ngettext(
            "Votre contribution donne lieu à un service lauréat",
            "Vos contributions donnent lieu à %(num)d services lauréats",
            len(self.services),
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "service_url": self._service_url}

    def _service_url(self, number: int) -> str:
        return url_for("store.service", consultation=self.slug, number=number, _external=True)
