"""What became of what was done by a mandate."""

from __future__ import annotations

from enum import StrEnum

from app.errors import N_


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
