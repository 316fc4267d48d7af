"""The e-mail to the author of a text that was hidden, maintained hidden, or shown again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.moderation.moderated import MODERATED
from app.moderation.rules import Reason
from app.notifications.messages import Message


class Step(StrEnum):
    """What has just been decided of a text."""

    HIDDEN = "hidden"
    UPHELD = "upheld"
    SHOWN = "shown"


@dataclass(frozen=True, kw_only=True)
class HidingSent(Message):
    """`kind` and `number` name the text, `words` are the moderators' to its author."""

    template: ClassVar[str] = "hiding_sent"

    kind: str
    number: int
    title: str
    slug: str
    step: str
    reason: str
    words: str

    def subject(self) -> str:
        name = self._name()
        if self.step == Step.HIDDEN:
            return _("Votre texte est masqué\u00a0: %(name)s", name=name)
        if self.step == Step.UPHELD:
            return _("Votre texte reste masqué\u00a0: %(name)s", name=name)
        return _("Votre texte est rétabli\u00a0: %(name)s", name=name)

    def context(self) -> dict[str, Any]:
        page = MODERATED[self.kind].page
        return {
            **super().context(),
            "name": self._name(),
            "label": _(Reason(self.reason).label),
            "url": url_for(page, consultation=self.slug, number=self.number, _external=True),
        }

    def _name(self) -> str:
        return _(MODERATED[self.kind].label, number=self.number)
