"""The e-mail about an act that moderators annulled or restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.authority.rights.acts.judging import JUDGEABLE, Letter
from app.formats import of
from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class ActJudged(Message):
    """To a collectivity, and to whoever acted: one act in its name is annulled, or restored.

    `act` is the type of its subject; `number` and `title` those of its proposal or contribution.
    """

    template: ClassVar[str] = "act_judged"

    territory: str
    act: str
    restored: bool
    number: int
    title: str
    consultation: str
    slug: str
    reason: str

    @property
    def _letter(self) -> Letter:
        words = JUDGEABLE[self.act].words
        return words.restored if self.restored else words.annulled

    def subject(self) -> str:
        return _(self._letter.subject, territory=self.territory)

    def context(self) -> dict[str, Any]:
        letter, page = self._letter, self._letter.page
        return {
            **super().context(),
            "decided": _(
                letter.decided,
                territory=self.territory,
                of_territory=of(self.territory),
                number=self.number,
                title=self.title,
                consultation=self.consultation,
            ),
            "then": _(letter.then),
            "url": url_for(page, consultation=self.slug, number=self.number, _external=True)
            if page
            else "",
        }
