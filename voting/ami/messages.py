"""The e-mail that says a collectivity's answer to the call was received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.formats import of
from app.notifications.messages import Message
from voting.ami.models import Part


@dataclass(frozen=True, kw_only=True)
class AnswerReceived(Message):
    """To who answered for a territory. `part` is a Part, `until` when the call closes."""

    template: ClassVar[str] = "answer_received"

    consultation: str
    slug: str
    territory: str
    part: str
    number: int
    title: str
    until: str

    def subject(self) -> str:
        return _(
            "Réponse %(of_territory)s à l’appel\u00a0: proposition n°\u00a0%(number)d",
            of_territory=of(self.territory),
            number=self.number,
        )

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "label": _(Part(self.part).label),
            "url": url_for("ami.call", consultation=self.slug, number=self.number, _external=True),
        }
