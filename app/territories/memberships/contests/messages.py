"""What the two sides of a contest are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class MembershipSuspended(Message):
    """To the person whose membership is contested."""

    template: ClassVar[str] = "membership_suspended"

    territory: str

    def subject(self) -> str:
        return _("Votre rattachement est contesté : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("memberships.mine", _external=True)}


@dataclass(frozen=True, kw_only=True)
class ContestAnswered(Message):
    """To the person and to the mailbox, once a moderator has decided."""

    template: ClassVar[str] = "contest_answered"

    territory: str
    upheld: bool
    reason: str

    def subject(self) -> str:
        return _("Rattachement contesté, la décision : %(territory)s", territory=self.territory)
