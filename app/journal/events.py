"""The form of every event."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import ClassVar

from flask_babel import gettext as _


class Disclosure(Enum):
    """When an event may be read by everyone."""

    AT_ONCE = "at once"
    WITH_PROPOSALS = "once the proposals are published"
    WITH_SELECTION = "once the committee's selection is published"
    WITH_SERVICES = "once the laureate services are published"
    NEVER = "by the agency only"


class FreeText(str):
    """Words a person wrote. The journal keeps a salted commitment to them, never the words."""

    __slots__ = ()


def by_mandate(who: str, via: str) -> str:
    """Who acted, as the subject of a sentence: « Lannion, via SICTIAM, » when by a mandate."""
    return _("%(who)s, via %(helper)s,", who=who, helper=via) if via else who


REGISTRY: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """An act on a subject. Fields are strings, integers, booleans, or FreeText.

    `subject_id` is the UUID of the row acted upon, as text.
    """

    subject_type: ClassVar[str]
    disclosure: ClassVar[Disclosure] = Disclosure.AT_ONCE

    subject_id: str

    def __init_subclass__(cls) -> None:
        REGISTRY[cls.__name__] = cls

    def sentence(self) -> str:
        """What happened, in one French sentence without any person's name."""
        raise NotImplementedError

    def declared(self) -> dict[str, str | int | bool]:
        """The event's own fields, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "subject_id"}
