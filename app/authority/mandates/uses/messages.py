"""The e-mails sent to a territory about each act done in its name, and to moderators about many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.authority.mandates.rules import SURGE_SPAN
from app.authority.rights.acts.models import Act
from app.authority.rights.notices.messages import contest_url
from app.authority.rights.notices.rules import NOTICE_LIFETIME
from app.formats import of
from app.gate.verb import VERBS
from app.gate.verbs import DRAFT
from app.notifications.messages import Message


def address_of(act: Act, slug: str) -> str:
    """Where what was done is read, in its consultation; empty when nowhere."""
    page = act.under.page
    if not page or not (act.number or act.subject_id):
        return ""
    if not act.number:
        return url_for(page, consultation=slug, draft_id=act.subject_id)
    return url_for(page, consultation=slug, number=act.number)


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
    verb: str
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
            "did": _(VERBS[self.verb].did, number=self.number, title=self.title),
            "draft": url_for(
                DRAFT.page, consultation=self.slug, draft_id=self.subject_id, _external=True
            )
            if self.verb == DRAFT.name
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
