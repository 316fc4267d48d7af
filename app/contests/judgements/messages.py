"""The e-mail about an act that moderators annulled or restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

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

    def subject(self) -> str:
        titles = {
            ("support", False): _("Un soutien est annulé : %(territory)s"),
            ("support", True): _("Un soutien est rétabli : %(territory)s"),
            ("participation", False): _("Une participation est annulée : %(territory)s"),
            ("participation", True): _("Une participation est rétablie : %(territory)s"),
            ("contribution", False): _("Une contribution est annulée : %(territory)s"),
            ("contribution", True): _("Une contribution est rétablie : %(territory)s"),
        }
        return titles[self.act, self.restored] % {"territory": self.territory}

    def context(self) -> dict[str, Any]:
        where = "contributions.page" if self.act == "contribution" else "supports.proposal"
        # An annulled contribution is no longer there to be read.
        gone = self.act == "contribution" and not self.restored
        url = url_for(where, consultation=self.slug, number=self.number, _external=True)
        return {**super().context(), "url": "" if gone else url}
