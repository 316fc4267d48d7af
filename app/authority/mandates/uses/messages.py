"""What a territory is told of each act done in its name, and moderators of many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.authority.mandates.models import MandateUse
from app.authority.mandates.rules import SURGE_SPAN, Act
from app.authority.rights.notices.messages import contest_url
from app.authority.rights.notices.rules import NOTICE_LIFETIME
from app.formats import of
from app.notifications.messages import Message


def page_of(use: MandateUse, slug: str) -> str:
    """Where what was done by a mandate is read, in its consultation; empty when nowhere."""
    match use.act:
        case Act.PREPARED if use.subject_id:
            return url_for("drafts.draft", consultation=slug, draft_id=use.subject_id)
        case Act.DEPOSITED | Act.EDITED:
            return url_for("portal.follow", consultation=slug, number=use.number)
        case Act.SUPPORTED | Act.UNSUPPORTED:
            return url_for("supports.proposal", consultation=slug, number=use.number)
        case Act.REFERRED | Act.JOINED | Act.LEFT:
            return url_for("ami.call", consultation=slug, number=use.number)
    return ""


@dataclass(frozen=True, kw_only=True)
class MandateUsed(Message):
    """To a territory: what was done in its name, by whom, by which mandate, and how to end it.

    The official mailbox gets a link of its own, by `notice_id`; the people who answer for the
    territory, who get none, their page. `number` is 0 for a draft, which has none and remains to be
    deposited by the territory, before `until` when that is known.
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
    slug: str = ""
    subject_id: str = ""
    until: str = ""

    def subject(self) -> str:
        return _(
            "%(helper)s a agi au nom %(of_territory)s",
            helper=self.helper,
            of_territory=of(self.territory),
        )

    def context(self) -> dict[str, Any]:
        page = url_for("mandates.one", mandate_id=self.mandate_id, _external=True)
        return {
            **super().context(),
            "did": _(Act(self.act).sentence, number=self.number, title=self.title),
            "draft": url_for(
                "drafts.draft", consultation=self.slug, draft_id=self.subject_id, _external=True
            )
            if self.act == Act.PREPARED
            else "",
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
