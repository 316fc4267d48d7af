"""What people are told about their memberships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.notifications.messages import Message


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
            "home": url_for("portal.home", _external=True),
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
