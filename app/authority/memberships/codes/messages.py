"""The e-mail that carries a code to an official mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _

from app.authority.memberships.rules import CODE_LIFETIME
from app.authority.rights.notices.messages import contest_url
from app.formats import of
from app.notifications.messages import Message
from app.tokens import MAILBOX_CODE_DIGITS, mailbox_code


@dataclass(frozen=True, kw_only=True)
class CodeToMailbox(Message):
    """Names who asks and for what. The code is derived here, as the e-mail leaves."""

    template: ClassVar[str] = "membership_code"
    urgent: ClassVar[bool] = True

    code_id: str
    notice_id: str
    territory: str
    name: str
    function: str
    address: str
    may_commit: bool
    referent: bool = False

    def subject(self) -> str:
        return _("Un code pour agir au nom %(of_territory)s", of_territory=of(self.territory))

    def context(self) -> dict[str, Any]:
        digits = mailbox_code(current_app.config["SECRET_KEY"], UUID(self.code_id))
        half = MAILBOX_CODE_DIGITS // 2
        return {
            **super().context(),
            "code": f"{digits[:half]} {digits[half:]}",
            "minutes": int(CODE_LIFETIME.total_seconds() // 60),
            "url": contest_url(self.notice_id),
        }
