"""What people are told about their account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _

from app.identity.rules import LINK_LIFETIME, link_token
from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class SignIn(Message):
    """The token is derived here, as the e-mail leaves, and never stored."""

    template: ClassVar[str] = "sign_in"

    link_id: str

    def subject(self) -> str:
        return _("Votre lien de connexion à Coconstruire")

    def context(self) -> dict[str, Any]:
        token = link_token(current_app.config["SECRET_KEY"], UUID(self.link_id))
        return {
            "url": url_for("identity.follow_link", token=token, _external=True),
            "minutes": int(LINK_LIFETIME.total_seconds() // 60),
        }
