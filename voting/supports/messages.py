"""The e-mail that reminds someone that their collectivity supports nothing yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class SupportsAwaited(Message):
    """To who asked to be reminded, `until` when the supports close."""

    template: ClassVar[str] = "supports_awaited"

    consultation: str
    slug: str
    until: str

    def subject(self) -> str:
        return _("Votre collectivité ne soutient encore aucune proposition")

    def context(self) -> dict[str, Any]:
        url = url_for("supports.proposals", consultation=self.slug, _external=True)
        return {**super().context(), "url": url}
