"""People come to belong to territories, and leave. Read by the agency only: people are protected.

Each event names a territory, hence the few people who work there: none is ever disclosed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events.base import Disclosure, Event, FreeText


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


@dataclass(frozen=True, kw_only=True)
class MembershipContested(_MembershipEvent):
    """`suspended`: from then on; a colleague's word suspends nothing, nor is it done twice."""

    reason: FreeText
    suspended: bool = True

    def sentence(self) -> str:
        if not self.suspended:
            return _("Un rattachement à %(territory)s a été contesté.", territory=self.territory)
        return _(
            "Un rattachement à %(territory)s a été contesté : il est suspendu.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class ContestDecided(_MembershipEvent):
    upheld: bool
    reason: FreeText

    def sentence(self) -> str:
        if self.upheld:
            return _(
                "La contestation d’un rattachement à %(territory)s a été écartée : il est "
                "maintenu.",
                territory=self.territory,
            )
        return _(
            "La contestation d’un rattachement à %(territory)s a été retenue : il est terminé.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class ContestReplied(_MembershipEvent):
    """The person contested says what they have to say of it."""

    words: FreeText

    def sentence(self) -> str:
        return _(
            "La personne dont le rattachement à %(territory)s est contesté a répondu.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class ContestClosed(_MembershipEvent):
    """What a contested right did is judged: what remains of it is left in place."""

    def sentence(self) -> str:
        return _(
            "Les actes d’un rattachement contesté à %(territory)s sont jugés : le reste demeure.",
            territory=self.territory,
        )


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
