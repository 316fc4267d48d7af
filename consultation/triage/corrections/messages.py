"""The e-mail to those whom a correction concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class CorrectionSent(Message):
    """`kind` is "proposal" or "contribution"; `changes` are labels with what was and is read."""

    template: ClassVar[str] = "correction_sent"

    consultation: str
    slug: str
    kind: str
    number: int
    reason: str
    changes: list[dict[str, str]]

    def subject(self) -> str:
        if self.kind == "proposal":
            return _("Correction\u00a0: proposition n°\u00a0%(number)d", number=self.number)
        return _("Correction\u00a0: contribution n°\u00a0%(number)d", number=self.number)

    def context(self) -> dict[str, Any]:
        page = "supports.proposal" if self.kind == "proposal" else "portal.follow"
        url = url_for(page, consultation=self.slug, number=self.number, _external=True)
        return {**super().context(), "url": url}
