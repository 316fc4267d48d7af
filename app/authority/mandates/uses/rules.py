"""What became of what was done by a mandate."""

from __future__ import annotations

from enum import StrEnum

from app.authority.mandates.rules import Act
from app.errors import N_

# What gives something, that may be undone since; what takes it back, that may be restored since.
GIVING = frozenset({Act.DEPOSITED, Act.SUPPORTED, Act.REFERRED, Act.JOINED})
TAKING_BACK = frozenset({Act.WITHDREW, Act.UNSUPPORTED, Act.LEFT})


class Fate(StrEnum):
    """What became of an act by a mandate, by the collectivity or by the moderators."""

    WITHDRAWN = "withdrawn"
    ANNULLED = "annulled"
    RESTORED = "restored"

    @property
    def sentence(self) -> str:
        """How it is said, of `%(day)s`."""
        return _FATES[self]


_FATES = {
    Fate.WITHDRAWN: N_("retiré le %(day)s"),
    Fate.ANNULLED: N_("annulé le %(day)s"),
    Fate.RESTORED: N_("rétabli le %(day)s"),
}
