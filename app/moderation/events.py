"""A text is hidden, contested, maintained hidden, shown again; a signal changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.journal.events import Disclosure, Event, FreeText
from app.journal.rules import Disclosed
from app.moderation.moderated import MODERATED
from app.moderation.rules import Reason


@dataclass(frozen=True, kw_only=True)
class _AboutText(Event):
    """`kind` is the kind of text, `number` its public number."""

    family: ClassVar[str] = N_("Modération des textes")
    page: ClassVar[str] = "contributions.page"
    subject_type: ClassVar[str] = "hiding"

    kind: str
    number: int

    @property
    def text_name(self) -> str:
        """« Contribution n° 12 »."""
        return _(MODERATED[self.kind].label, number=self.number)


@dataclass(frozen=True, kw_only=True)
class TextHidden(_AboutText):
    """`note` is what its author was told to correct."""

    reason: str
    note: FreeText

    def sentence(self) -> str:
        return _(
            "%(text)s\u00a0: le texte a été masqué par l’équipe de modération (%(reason)s).",
            text=self.text_name,
            reason=_(Reason(self.reason).label).lower(),
        )


@dataclass(frozen=True, kw_only=True)
class HidingContested(_AboutText):
    contest: FreeText

    def sentence(self) -> str:
        return _("%(text)s\u00a0: le masquage du texte a été contesté.", text=self.text_name)


@dataclass(frozen=True, kw_only=True)
class HidingUpheld(_AboutText):
    answer: FreeText

    def sentence(self) -> str:
        return _(
            "%(text)s\u00a0: la contestation a été examinée, le texte reste masqué.",
            text=self.text_name,
        )


@dataclass(frozen=True, kw_only=True)
class TextShown(_AboutText):
    ending: FreeText

    def sentence(self) -> str:
        return _("%(text)s\u00a0: le texte a été rétabli.", text=self.text_name)


@dataclass(frozen=True, kw_only=True)
class SignalDismissed(_AboutText):
    """Read by the agency only: a text that nothing was found against is not pointed at."""

    subject_type: ClassVar[str] = "signal"
    disclosure: ClassVar[Disclosed] = Disclosure.NEVER

    def sentence(self) -> str:
        return _(
            "%(text)s\u00a0: un signalement a été examiné, le texte reste public.",
            text=self.text_name,
        )
