"""People are invited to a territory. Read by the agency only: people are protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events import Disclosure, Event


@dataclass(frozen=True, kw_only=True)
class _InvitationEvent(Event):
    subject_type: ClassVar[str] = "invitation"
    disclosure = Disclosure.NEVER

    territory: str


@dataclass(frozen=True, kw_only=True)
class MemberInvited(_InvitationEvent):
    may_commit: bool

    def sentence(self) -> str:
        return _("Une personne a été invitée à rejoindre %(territory)s.", territory=self.territory)


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(_InvitationEvent):
    def sentence(self) -> str:
        return _(
            "Une invitation à rejoindre %(territory)s a été acceptée.", territory=self.territory
        )


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(_InvitationEvent):
    def sentence(self) -> str:
        return _(
            "Une invitation à rejoindre %(territory)s a été retirée.", territory=self.territory
        )
