"""What people are told about their memberships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class MembershipAnswered(Message):
    template: ClassVar[str] = "membership_answered"

    territory: str
    granted: bool
    may_commit: bool
    reason: str

    def subject(self) -> str:
        if self.granted:
            return _("Votre rattachement est accordé : %(territory)s", territory=self.territory)
        return _("Votre rattachement n’est pas accordé : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "home": url_for("portal.home", _external=True),
            "memberships": url_for("territories.memberships", _external=True),
        }
