"""E-mails sent to people, and to official mailboxes, about memberships."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urljoin

from flask import url_for
from flask_babel import gettext as _

from app.authority.mailboxes.queries import mailbox_recipients
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import current_memberships, has_referent
from app.authority.rights.notices.messages import contest_url
from app.authority.rights.notices.operations import issue_notice
from app.authority.rights.notices.queries import noticed_today
from app.authority.rights.notices.rules import NOTICE_LIFETIME, NOTICES_A_DAY_PER_MAILBOX
from app.gate.actors import Context, Level
from app.notifications.messages import Message
from app.notifications.operations import send


@dataclass(frozen=True, kw_only=True)
class MembershipAnswered(Message):
    """A request is granted, or refused with a reason."""

    template: ClassVar[str] = "membership_answered"

    territory: str
    granted: bool
    may_commit: bool
    reason: str
    referent: bool = False
    # Refused to commit the territory, they still belong to it.
    member: bool = False
    # Where on this site they were when they asked.
    resume: str = ""

    def subject(self) -> str:
        if self.granted:
            return _("Votre rattachement est accordé : %(territory)s", territory=self.territory)
        if self.member:
            return _(
                "Votre habilitation n’est pas accordée : %(territory)s", territory=self.territory
            )
        return _("Votre rattachement n’est pas accordé : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "home": urljoin(url_for("portal.home", _external=True), self.resume),
            "memberships": url_for("memberships.mine", _external=True),
        }


@dataclass(frozen=True, kw_only=True)
class MembershipOver(Message):
    """A membership was ended by someone else: a referent, the mailbox, or a moderator."""

    template: ClassVar[str] = "membership_over"

    territory: str
    by: str
    reason: str

    def subject(self) -> str:
        return _("Votre rattachement a pris fin : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("memberships.mine", _external=True)}


@dataclass(frozen=True, kw_only=True)
class RequestToApprove(Message):
    """To the referents of a territory: a colleague asks."""

    template: ClassVar[str] = "membership_to_approve"

    territory: str
    territory_id: str
    name: str
    function: str
    address: str
    may_commit: bool

    def subject(self) -> str:
        return _("Une demande de rattachement attend : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        url = url_for("members.members", territoire=self.territory_id, _external=True)
        return {**super().context(), "url": url}


@dataclass(frozen=True, kw_only=True)
class ReferentNamed(Message):
    """A person becomes a referent of their territory."""

    template: ClassVar[str] = "referent_named"

    territory: str
    territory_id: str

    def subject(self) -> str:
        return _("Vous êtes référent ou référente : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        url = url_for("members.members", territoire=self.territory_id, _external=True)
        return {**super().context(), "url": url}


@dataclass(frozen=True, kw_only=True)
class NoReferentLeft(Message):
    """Those who may still commit a territory learn that nobody answers for it any more."""

    template: ClassVar[str] = "no_referent_left"

    territory: str

    def subject(self) -> str:
        return _("Plus de personne référente : %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "url": url_for("memberships.mine", _external=True)}


class News(StrEnum):
    """What has happened, in a notice to a mailbox."""

    ASKED = "asked"
    MEMBER = "member"
    MAY_COMMIT = "may_commit"
    REFERENT = "referent"


@dataclass(frozen=True, kw_only=True)
class MembershipNotice(Message):
    """The notice to the official mailbox about who belongs to the territory, or asks to."""

    template: ClassVar[str] = "membership_notice"

    notice_id: str
    news: str
    territory: str
    name: str
    function: str
    address: str
    may_commit: bool = False

    def subject(self) -> str:
        if self.news == News.ASKED:
            return _("Une personne demande à agir pour %(territory)s", territory=self.territory)
        return _("Une personne peut agir pour %(territory)s", territory=self.territory)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "url": contest_url(self.notice_id),
            "days": NOTICE_LIFETIME.days,
        }


def send_notice(membership: Membership, *, ctx: Context) -> None:
    """Send the official mailbox who belongs to its territory, and how to contest it.

    Needs `territory` and `person` loaded. Without a mailbox, nothing is sent.
    """
    news = News.MAY_COMMIT if membership.level >= Level.MAY_COMMIT else News.MEMBER
    _send(membership, News.REFERENT if membership.referent else news, ctx)


def send_request_notice(membership: Membership, *, ctx: Context) -> None:
    """Send the official mailbox who asks to belong to its territory, or to commit it.

    Needs the same. Not beyond twenty messages a day: the moderators look at what is asked all the
    same, and what is granted is always sent.
    """
    if noticed_today(membership.territory_id, ctx.instant) < NOTICES_A_DAY_PER_MAILBOX:
        _send(membership, News.ASKED, ctx)


def _send(membership: Membership, news: News, ctx: Context) -> None:
    person = membership.person
    for address in mailbox_recipients(membership.territory_id, ctx.instant):
        notice = issue_notice(membership, ctx=ctx)
        send(
            MembershipNotice(
                notice_id=str(notice.id),
                news=news,
                territory=membership.territory.label,
                name=person.full_name,
                function=person.function,
                address=person.email,
                may_commit=membership.wanted == Level.MAY_COMMIT,
            ),
            to=address,
        )


def send_no_referent_left(membership: Membership, *, ctx: Context) -> None:
    """Once the last referent of a territory has gone, send it to those who may still commit it."""
    if has_referent(membership.territory_id, ctx.instant):
        return
    for other in current_memberships(membership.territory_id, ctx.instant):
        if other.level >= Level.MAY_COMMIT:
            send(NoReferentLeft(territory=membership.territory.label), to=other.person.email)
