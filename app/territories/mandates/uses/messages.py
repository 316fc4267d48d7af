"""What a territory is told of each act done in its name, and moderators of many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message
from app.territories.mandates.rules import SURGE_SPAN, Act
from app.territories.memberships.notices.messages import contest_url
from app.territories.memberships.rules import NOTICE_LIFETIME


@dataclass(frozen=True, kw_only=True)
class MandateUsed(Message):
    """To a territory: what was done in its name, by whom, by which mandate, and how to end it.

    The official mailbox gets a link of its own, by `notice_id`; the referents, who get none, their
    page. `number` is 0 for a draft, which has none.
    """

    template: ClassVar[str] = "mandate_used"

    mandate_id: str
    notice_id: str
    territory: str
    helper: str
    person: str
    act: str
    number: int
    title: str
    signed_on: str
    during: str

    def subject(self) -> str:
        return _(
            "%(helper)s a agi au nom de %(territory)s", helper=self.helper, territory=self.territory
        )

    def context(self) -> dict[str, Any]:
        page = url_for("mandates.one", mandate_id=self.mandate_id, _external=True)
        return {
            **super().context(),
            "did": _(Act(self.act).sentence, number=self.number, title=self.title),
            "url": contest_url(self.notice_id) if self.notice_id else page,
            "days": NOTICE_LIFETIME.days,
        }


@dataclass(frozen=True, kw_only=True)
class MandatesMuchUsed(Message):
    """To the moderators of a consultation: one person acts much by mandates, in little time."""

    template: ClassVar[str] = "mandates_much_used"

    consultation: str
    slug: str
    person: str
    acts: int

    def subject(self) -> str:
        return _("Beaucoup d’actes par mandat en peu de temps : %(name)s", name=self.person)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "minutes": int(SURGE_SPAN.total_seconds() // 60),
            "url": url_for("mandate_watch.watch", consultation=self.slug, _external=True),
        }
