"""A mandate is contested, and decided of. Read by the agency only, as what is told of memberships.

What is told of contested memberships is beside the other events of memberships.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.events.base import Disclosure, Event, FreeText


@dataclass(frozen=True, kw_only=True)
class _MandateContestEvent(Event):
    subject_type: ClassVar[str] = "mandate"
    disclosure = Disclosure.NEVER

    territory: str
    helper: str
    reason: FreeText


@dataclass(frozen=True, kw_only=True)
class MandateContested(_MandateContestEvent):
    """`suspended`: from then on; what is suspended already is not once more."""

    suspended: bool

    def sentence(self) -> str:
        if not self.suspended:
            return _(
                "Le mandat de %(territory)s (structure aidante : %(helper)s) a été contesté.",
                territory=self.territory, helper=self.helper,
            )  # fmt: skip
        return _(
            "Le mandat de %(territory)s (structure aidante : %(helper)s) a été contesté : il est "
            "suspendu.",
            territory=self.territory, helper=self.helper,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MandateContestDecided(_MandateContestEvent):
    upheld: bool

    def sentence(self) -> str:
        if self.upheld:
            return _(
                "La contestation du mandat de %(territory)s (structure aidante : %(helper)s) a "
                "été écartée.",
                territory=self.territory, helper=self.helper,
            )  # fmt: skip
        return _(
            "La contestation du mandat de %(territory)s (structure aidante : %(helper)s) a été "
            "retenue : il est terminé.",
            territory=self.territory, helper=self.helper,
        )  # fmt: skip
