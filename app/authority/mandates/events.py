"""Territories let helpers act for them, and no longer do. Read by the agency only.

As memberships, each event names a territory, hence the few people who work there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.formats import of
from app.journal.events import Disclosure, Event


@dataclass(frozen=True, kw_only=True)
class _MandateEvent(Event):
    subject_type: ClassVar[str] = "mandate"
    disclosure = Disclosure.NEVER

    territory: str
    helper: str


@dataclass(frozen=True, kw_only=True)
class MandateSigned(_MandateEvent):
    """`actions` are separated by spaces; instants are ISO 8601; `text` is the SHA-256 in hex."""

    actions: str
    starts_at: str
    ends_at: str
    persons: int
    text: str

    def sentence(self) -> str:
        return _(
            "%(territory)s a donné mandat à cette structure : %(helper)s.",
            territory=self.territory,
            helper=self.helper,
        )


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(_MandateEvent):
    """`by` is territory, mailbox or moderator."""

    by: str

    def sentence(self) -> str:
        ended = {
            "territory": _("la collectivité"),
            "mailbox": _("la boîte officielle"),
            "moderator": _("l’équipe de modération"),
        }[self.by]
        return _(
            "Le mandat %(of_territory)s a pris fin, à la demande de : %(by)s. La structure "
            "mandatée était : %(helper)s.",
            of_territory=of(self.territory),
            helper=self.helper,
            by=ended,
        )


@dataclass(frozen=True, kw_only=True)
class MandatePersonRemoved(_MandateEvent):
    """`by` is territory, or person when they gave it up themself."""

    by: str

    def sentence(self) -> str:
        if self.by == "person":
            return _(
                "Une personne a renoncé au mandat %(of_territory)s ; elle y était nommée pour "
                "cette structure : %(helper)s.",
                of_territory=of(self.territory),
                helper=self.helper,
            )
        return _(
            "Une personne a été retirée du mandat %(of_territory)s ; elle y était nommée pour "
            "cette structure : %(helper)s.",
            of_territory=of(self.territory),
            helper=self.helper,
        )
