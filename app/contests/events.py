"""A membership or a mandate is contested, and decided of. Read by the agency only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.formats import of
from app.journal.events import Disclosure, Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _MembershipContestEvent(Event):
    subject_type: ClassVar[str] = "membership"
    disclosure = Disclosure.NEVER

    territory: str


@dataclass(frozen=True, kw_only=True)
class MembershipContested(_MembershipContestEvent):
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
class ContestDecided(_MembershipContestEvent):
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
class ContestReplied(_MembershipContestEvent):
    """The person contested says what they have to say of it."""

    words: FreeText

    def sentence(self) -> str:
        return _(
            "La personne dont le rattachement à %(territory)s est contesté a répondu.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class ContestClosed(_MembershipContestEvent):
    """What a contested right did is judged: what remains of it is left in place."""

    def sentence(self) -> str:
        return _(
            "Les actes d’un rattachement contesté à %(territory)s sont jugés : le reste demeure.",
            territory=self.territory,
        )


@dataclass(frozen=True, kw_only=True)
class _MandateContestEvent(Event):
    subject_type: ClassVar[str] = "mandate"
    disclosure = Disclosure.NEVER

    territory: str
    helper: str


@dataclass(frozen=True, kw_only=True)
class MandateContested(_MandateContestEvent):
    """`suspended`: from then on; what is suspended already is not once more."""

    reason: FreeText
    suspended: bool

    def sentence(self) -> str:
        if not self.suspended:
            return _(
                "Le mandat %(of_territory)s (structure aidante : %(helper)s) a été contesté.",
                of_territory=of(self.territory),
                helper=self.helper,
            )
        return _(
            "Le mandat %(of_territory)s (structure aidante : %(helper)s) a été contesté : il est "
            "suspendu.",
            of_territory=of(self.territory),
            helper=self.helper,
        )


@dataclass(frozen=True, kw_only=True)
class MandateContestDecided(_MandateContestEvent):
    upheld: bool
    reason: FreeText

    def sentence(self) -> str:
        if self.upheld:
            return _(
                "La contestation du mandat %(of_territory)s (structure aidante : %(helper)s) a "
                "été écartée.",
                of_territory=of(self.territory),
                helper=self.helper,
            )
        return _(
            "La contestation du mandat %(of_territory)s (structure aidante : %(helper)s) a été "
            "retenue : il est terminé.",
            of_territory=of(self.territory),
            helper=self.helper,
        )


@dataclass(frozen=True, kw_only=True)
class MandateContestClosed(_MandateContestEvent):
    """What a contested mandate did is judged: what remains of it is left in place."""

    def sentence(self) -> str:
        return _(
            "Les actes du mandat contesté %(of_territory)s (structure aidante : %(helper)s) sont "
            "jugés : le reste demeure.",
            of_territory=of(self.territory),
            helper=self.helper,
        )
