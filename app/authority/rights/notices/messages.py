"""What an official mailbox is told of a membership, or of a mandate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _

from app.authority.mandates.messages import allowed_labels, period
from app.authority.mandates.models import Mandate
from app.authority.memberships.rules import NOTICE_LIFETIME
from app.notifications.messages import Message
from app.tokens import contest_token


class Told(StrEnum):
    """What a mailbox is told has happened."""

    ASKED = "asked"
    MEMBER = "member"
    MAY_COMMIT = "may_commit"
    REFERENT = "referent"


def contest_url(notice_id: str) -> str:
    """The link by which a mailbox contests; its token is derived here, as the e-mail leaves."""
    token = contest_token(current_app.config["SECRET_KEY"], UUID(notice_id))
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
    may_commit: bool = False

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


@dataclass(frozen=True, kw_only=True)
class MandateTold(Message):
    """The official mailbox is told of a mandate signed in the territory's name.

    `persons` are those it lets act as the territory named them, `actions` what it lets them do,
    `signer` who signed it.
    """

    template: ClassVar[str] = "mandate_told"

    notice_id: str
    territory: str
    consultation: str
    helper: str
    persons: list[str]
    actions: list[str]
    during: str
    signer: str = ""

    @classmethod
    def about(cls, mandate: Mandate, notice_id: UUID) -> MandateTold:
        """What the mailbox is told, with one link; needs what `queries.mandate` loads."""
        return cls(
            notice_id=str(notice_id),
            territory=mandate.territory.label,
            consultation=mandate.consultation.title,
            helper=mandate.helper,
            persons=mandate.labels,
            actions=mandate.actions,
            during=period(mandate),
            signer=mandate.signature,
        )

    def subject(self) -> str:
        return _(
            "Un mandat est signé pour %(territory)s : %(helper)s",
            territory=self.territory,
            helper=self.helper,
        )

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "allowed": allowed_labels(self.actions),
            "url": contest_url(self.notice_id),
            "days": NOTICE_LIFETIME.days,
        }
