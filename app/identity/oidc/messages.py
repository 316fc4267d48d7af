"""E-mails sent to people about the accounts by which they sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class ExternalAccountAttached(Message):
    """So that nobody's account gains a second door without them knowing."""

    template: ClassVar[str] = "external_account_attached"

    provider: str

    def subject(self) -> str:
        return _("Vous pouvez désormais vous connecter avec %(provider)s", provider=self.provider)

    def context(self) -> dict[str, Any]:
        return {
            "provider": self.provider,
            "account": url_for("identity.account", _external=True),
        }
