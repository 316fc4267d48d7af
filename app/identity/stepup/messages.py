"""E-mails sent to people about their second factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message

ADDED, REPLACED, REMOVED, RESET = "added", "replaced", "removed", "reset"
CODES_RENEWED, RECOVERY_USED, GUESSED = "codes renewed", "recovery used", "guessed"


@dataclass(frozen=True, kw_only=True)
class SecondFactorNotice(Message):
    """Something happened to a person's second factor; `left` counts their recovery codes."""

    template: ClassVar[str] = "second_factor_notice"

    what: str
    reason: str = ""
    left: int = 0

    def subject(self) -> str:
        return {
            ADDED: _("Votre double authentification est en place"),
            REPLACED: _("Votre application d’authentification a été remplacée"),
            REMOVED: _("Votre double authentification a été retirée"),
            RESET: _("Votre double authentification a été réinitialisée"),
            CODES_RENEWED: _("Vos codes de secours ont été renouvelés"),
            RECOVERY_USED: _("Un de vos codes de secours a servi"),
            GUESSED: _("Plusieurs codes faux ont été tapés sur votre compte"),
        }[self.what]

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "overview": url_for("stepup.overview", _external=True),
            "account": url_for("identity.account", _external=True),
        }
