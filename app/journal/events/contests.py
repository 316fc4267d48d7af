"""A mandate is contested, and decided of. Read by the agency only, as what is told of memberships.

What is told of contested memberships is beside the other events of memberships.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.formats import of
from app.journal.events.base import Disclosure, Event, FreeText


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
