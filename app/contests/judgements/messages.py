"""The e-mail about an act that moderators annulled or restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.contests.rules import Judged
from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class ActJudged(Message):
    """To a collectivity, and to whoever acted: one act in its name is annulled, or restored.

    `act` is one of `Judged`, `number` and `title` those of its proposal or of the contribution.
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
            (Judged.SUPPORT, False): _("Un soutien est annulé : %(territory)s"),
            (Judged.SUPPORT, True): _("Un soutien est rétabli : %(territory)s"),
            (Judged.PARTICIPATION, False): _("Une participation est annulée : %(territory)s"),
            (Judged.PARTICIPATION, True): _("Une participation est rétablie : %(territory)s"),
            (Judged.CONTRIBUTION, False): _("Une contribution est annulée : %(territory)s"),
            (Judged.CONTRIBUTION, True): _("Une contribution est rétablie : %(territory)s"),
        }
        return titles[Judged(self.act), self.restored] % {"territory": self.territory}

    def context(self) -> dict[str, Any]:
        where = "contributions.page" if self.act == Judged.CONTRIBUTION else "supports.proposal"
        # An annulled contribution is no longer there to be read.
        gone = self.act == Judged.CONTRIBUTION and not self.restored
        url = url_for(where, consultation=self.slug, number=self.number, _external=True)
        return {**super().context(), "url": "" if gone else url}
