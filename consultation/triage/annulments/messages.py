"""The e-mail sent to the author of an annulled contribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class AnnulmentSent(Message):
    """A contribution deposited without the right to is annulled, for a public reason."""

    template: ClassVar[str] = "contribution_annulled"

    consultation: str
    slug: str
    number: int
    title: str
    reason: str

    def subject(self) -> str:
        return _("Votre contribution n° %(number)d est annulée", number=self.number)

    def context(self) -> dict[str, Any]:
        url = url_for(
            "contributions.page", consultation=self.slug, number=self.number, _external=True
        )
        return {**super().context(), "url": url}
