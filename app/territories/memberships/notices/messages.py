"""What an official mailbox is told of a membership."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _

from app.notifications.messages import Message
from app.territories.memberships.rules import NOTICE_LIFETIME, notice_token


class Told(StrEnum):
    """What a mailbox is told has happened."""

    ASKED = "asked"
    MEMBER = "member"
    MAY_COMMIT = "may_commit"
    REFERENT = "referent"


def contest_url(notice_id: str) -> str:
    """The link by which a mailbox contests; its token is derived here, as the e-mail leaves."""
    token = notice_token(current_app.config["SECRET_KEY"], UUID(notice_id))
    return url_for("contests.contest", token=token, _external=True)


@dataclass(frozen=True, kw_only=True)
class MailboxTold(Message):
    """The official mailbox is told who belongs to the territory, or asks to."""

    template: ClassVar[str] = "membership_notice"

    notice_id: str
    told: str
    territory: str
    name: str
    function: str
    address: str

    def subject(self) -> str:
        if self.told == Told.ASKED:
            return _("Une personne demande à agir pour %(territory)s", territory=self.territory)
        return _("Une personne peut agir pour %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "url": contest_url(self.notice_id),
            "days": NOTICE_LIFETIME.days,
        }
