"""The e-mail that reminds someone of the drafts they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import ngettext

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class DraftsWait(Message):
    """To who keeps drafts that nobody deposited, `until` when the collection closes."""

    template: ClassVar[str] = "drafts_wait"

    consultation: str
    slug: str
    titles: list[str]
    until: str

    def subject(self) -> str:
        return ngettext(
            "Votre brouillon n’est pas déposé : le recueil se termine",
            "Vos %(num)d brouillons ne sont pas déposés : le recueil se termine",
            len(self.titles),
        )

    def context(self) -> dict[str, Any]:
        url = url_for("contributions.mine", consultation=self.slug, _external=True)
        return {**super().context(), "url": url}
