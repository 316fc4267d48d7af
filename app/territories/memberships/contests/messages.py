"""What the two sides of a contest are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message
from app.territories.memberships.contests.models import Contest, Right
from app.territories.memberships.contests.rules import Voice
from app.territories.memberships.models import Membership


@dataclass(frozen=True, kw_only=True)
class MembershipSuspended(Message):
    """To the person whose membership is contested; `by` is the quality of who contests."""

    template: ClassVar[str] = "membership_suspended"

    territory: str
    by: str = "mailbox"

    def subject(self) -> str:
        return _("Votre rattachement est contesté : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("memberships.mine", _external=True)}


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


def suspensions(right: Right, voice: Voice) -> list[tuple[Message, str]]:
    """What is told to those whose right is suspended, each with the address it goes to."""
    label = right.territory.label
    if isinstance(right, Membership):
        return [(MembershipSuspended(territory=label, by=voice), right.person.email)]
    told = MandateSuspended(territory=label, helper=right.helper, by=voice)
    return [(told, named.person.email) for named in right.persons if named.removed_at is None]


def answer(contest: Contest, *, over: bool) -> ContestAnswered:
    """The decision of a contest, as both sides read it."""
    return ContestAnswered(
        territory=contest.right.territory.label, helper=contest.via, over=over,
        upheld=bool(contest.upheld), reason=contest.decision,
    )  # fmt: skip
