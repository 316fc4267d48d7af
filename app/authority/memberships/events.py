"""People come to belong to territories, and leave. Read by the agency only: people are protected.

Each event names a territory, hence the few people who work there: none is ever disclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events import Disclosure, Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _MembershipEvent(Event):
    subject_type: ClassVar[str] = "membership"
    disclosure = Disclosure.NEVER

    territory: str


@dataclass(frozen=True, kw_only=True)
class MembershipRequested(_MembershipEvent):
    """`awaits` is what the request waits for: one obtained at once is a grant and nothing else."""

    may_commit: bool = True
    awaits: str = "moderator"

    def sentence(self) -> str:
        if self.may_commit:
            return _(
                "Un rattachement à %(territory)s a été demandé, avec habilitation à l’engager.",
                territory=self.territory,
            )
        return _("Un rattachement à %(territory)s a été demandé.", territory=self.territory)


@dataclass(frozen=True, kw_only=True)
class MembershipReferred(_MembershipEvent):
    def sentence(self) -> str:
        return _(
            "Une demande de rattachement à %(territory)s a été confiée à l’équipe de modération.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class MembershipCodeSent(_MembershipEvent):
    def sentence(self) -> str:
        return _(
            "Un code de rattachement a été envoyé à la boîte officielle : %(territory)s.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class MembershipProposed(_MembershipEvent):
    may_commit: bool
    evidence: FreeText

    def sentence(self) -> str:
        return _(
            "Un rattachement à %(territory)s a été proposé par l’équipe de modération ; une "
            "seconde personne doit le confirmer.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class MembershipGranted(_MembershipEvent):
    may_commit: bool
    path: str = "moderation"
    referent: bool = False

    def sentence(self) -> str:
        if self.may_commit:
            return _(
                "Un rattachement à %(territory)s a été accordé, avec habilitation à l’engager.",
                territory=self.territory,
            )
        return _("Un rattachement à %(territory)s a été accordé.", territory=self.territory)


@dataclass(frozen=True, kw_only=True)
class MembershipRefused(_MembershipEvent):
    def sentence(self) -> str:
        return _("Un rattachement à %(territory)s a été refusé.", territory=self.territory)


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(_MembershipEvent):
    """`by` is person, referent, mailbox or moderator."""

    by: str

    def sentence(self) -> str:
        ended = {
            "person": _("la personne elle-même"),
            "referent": _("une personne référente"),
            "mailbox": _("la boîte officielle"),
            "moderator": _("l’équipe de modération"),
        }[self.by]
        return _(
            "Un rattachement à %(territory)s a pris fin, à la demande de : %(by)s.",
            territory=self.territory,
            by=ended,
        )


@dataclass(frozen=True, kw_only=True)
class MembershipReferentNamed(_MembershipEvent):
    def sentence(self) -> str:
        return _("Une personne référente a été nommée : %(territory)s.", territory=self.territory)


@dataclass(frozen=True, kw_only=True)
class MembershipReferentEnded(_MembershipEvent):
    def sentence(self) -> str:
        return _("Une personne n’est plus référente : %(territory)s.", territory=self.territory)


@dataclass(frozen=True, kw_only=True)
class MembershipLowered(_MembershipEvent):
    """The person became a partner, who commits no collectivity."""

    def sentence(self) -> str:
        return _("Une personne n’engage plus %(territory)s.", territory=self.territory)
