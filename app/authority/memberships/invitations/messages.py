"""The e-mail that carries an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _

from app.authority.memberships.rules import INVITATION_LIFETIME
from app.notifications.messages import Message
from app.tokens import invitation_token


@dataclass(frozen=True, kw_only=True)
class InvitedToTerritory(Message):
    """The token is derived here, as the e-mail leaves, and never stored."""

    template: ClassVar[str] = "invitation"

    invitation_id: str
    territory: str
    invited_by: str
    function: str
    may_commit: bool

    def subject(self) -> str:
        return _("Invitation à rejoindre %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        secret_key = current_app.config["SECRET_KEY"]
        token = invitation_token(secret_key, UUID(self.invitation_id))
        return {
            **super().context(),
            "url": url_for("invitations.accept", token=token, _external=True),
            "hours": int(INVITATION_LIFETIME.total_seconds() // 3600),
        }
