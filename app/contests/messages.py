"""What the two sides of a contest are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.authority.rights.notices.messages import contest_url
from app.contests.models import Contest
from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class MembershipSuspended(Message):
    """To the person whose membership is contested; `by` is the quality of who contests."""

    template: ClassVar[str] = "membership_suspended"

    territory: str
    membership_id: str
    by: str = "mailbox"

    def subject(self) -> str:
        return _("Votre rattachement est contesté : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        url = url_for("contest_replies.reply", membership_id=self.membership_id, _external=True)
        return {**super().context(), "url": url}


@dataclass(frozen=True, kw_only=True)
class ColleagueSuspended(Message):
    """To the referents of a territory: the membership of someone of theirs is suspended."""

    template: ClassVar[str] = "colleague_suspended"

    territory: str
    territory_id: str
    name: str
    function: str
    by: str

    def subject(self) -> str:
        return _("Un rattachement est suspendu : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        url = url_for("members.members", territoire=self.territory_id, _external=True)
        return {**super().context(), "url": url}


@dataclass(frozen=True, kw_only=True)
class ContestReceived(Message):
    """To an official mailbox: what it has just contested, and what happens now.

    `name` is the person's or, of a mandate, the helper structure's, `helper` again then.
    """

    template: ClassVar[str] = "contest_received"

    notice_id: str
    territory: str
    name: str
    helper: str = ""
    over: bool = False

    def subject(self) -> str:
        return _("Votre contestation est reçue : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": contest_url(self.notice_id)}


@dataclass(frozen=True, kw_only=True)
class MandateSuspended(Message):
    """To the persons whom a contested mandate names; `by` is the quality of who contests."""

    template: ClassVar[str] = "mandate_suspended"

    territory: str
    helper: str
    by: str

    def subject(self) -> str:
        return _("Un mandat qui vous nomme est contesté : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("mandates.mine", _external=True)}


@dataclass(frozen=True, kw_only=True)
class ContestAnswered(Message):
    """To those a contest is about and to who contested, once a moderator has decided.

    `helper` is that of a contested mandate, empty for a membership. `over`: it had ended already.
    """

    template: ClassVar[str] = "contest_answered"

    territory: str
    upheld: bool
    reason: str
    helper: str = ""
    over: bool = False

    def subject(self) -> str:
        if self.helper:
            return _("Mandat contesté, la décision : %(territory)s", territory=self.territory)
        return _("Rattachement contesté, la décision : %(territory)s", territory=self.territory)


def answer(contest: Contest, *, over: bool) -> ContestAnswered:
    """The decision of a contest, as both sides read it."""
    return ContestAnswered(
        territory=contest.right.territory.label,
        helper=contest.right.via,
        over=over,
        upheld=bool(contest.upheld),
        reason=contest.decision,
    )
